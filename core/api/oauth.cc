// sign-ins and oauth: connecting accounts with a browser.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/oauth_page.h"
#include "core/api/page.h"
#include "core/api/render_sign_in.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/flow/authorize.h"

namespace caas::api {
namespace {

Response show(Call& call) {
    return json_response(
        200,
        render(flow::show_sign_in(call.tools(), call.principal, platform::SignInId(call.id()))));
}

Response finished(Call& call, const flow::SignInStep& step) {
    if (step.account)
        call.context.wake();
    return json_response(200, render(step));
}

Response finish(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto answer = fields.required_text("answer");
    fields.finish();
    return finished(
        call,
        flow::finish_sign_in(call.tools(), call.principal, platform::SignInId(call.id()), answer));
}

Response choose(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto identity = fields.required_text("identity");
    fields.finish();
    return finished(
        call,
        flow::choose_sign_in(
            call.tools(), call.principal, platform::SignInId(call.id()), identity));
}

std::string cookie_of(const Request& request) {
    const auto header = request.header("Cookie").value_or("");
    const auto mark = std::string(sign_in_cookie) + "=";
    for (auto at = header.find(mark); at != std::string::npos; at = header.find(mark, at + 1)) {
        if (at != 0 && header[at - 1] != ' ' && header[at - 1] != ';')
            continue;
        const auto start = at + mark.size();
        return header.substr(start, header.find(';', start) - start);
    }
    return {};
}

// The query is never logged: it holds the code.
Response land(Call& call) {
    const auto& platform_id = call.id("platform");
    try {
        const auto landed = flow::land_sign_in(
            call.tools(), platform_id, call.request.query, cookie_of(call.request));
        if (landed.step.pending.state != platform::SignInState::done)
            return confirm_page(platform_id, landed);
        call.context.wake();
        return connected_page(landed.step);
    } catch (const Error& error) {
        return failed_page(error);
    }
}

Response confirm(Call& call) {
    auto form = form_of(call);
    try {
        const auto step =
            flow::confirm_sign_in(call.tools(), form["confirmation"], form["identity"]);
        if (step.pending.state != platform::SignInState::done)
            return refused_page();
        call.context.wake();
        return connected_page(step);
    } catch (const Error& error) {
        return failed_page(error);
    }
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/sign-ins/{id}",
        .action = Action::manage_accounts,
        .handle = show,
        .summary = "show what became of a sign-in with a browser",
        .id = "get_sign_in",
        .answer = "AccountSignIn"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/sign-ins/{id}/finish",
        .action = Action::manage_accounts,
        .handle = finish,
        .summary = "hand in what the browser brought back",
        .id = "finish_sign_in",
        .body = "SignInAnswer",
        .answer = "AccountSignIn",
        .codes = platform_codes},
    Route{
        .method = "POST",
        .pattern = "/api/v1/sign-ins/{id}/choose",
        .action = Action::manage_accounts,
        .handle = choose,
        .summary = "choose which of several identities is connected",
        .id = "choose_sign_in",
        .body = "SignInChoice",
        .answer = "AccountSignIn",
        .codes = platform_codes},
    Route{
        .method = "GET",
        .pattern = "/api/v1/oauth/{platform}/callback",
        .access = Access::open,
        .handle = land,
        .summary = "where browsers come back to from a platform",
        .id = "land_sign_in",
        .query = "oauth_code oauth_state oauth_error",
        .takes_any_query = true,
        .answer = "Page",
        .media_type = "text/html",
        .other_answer = "Page",
        .other_status = 409},
    Route{
        .method = "POST",
        .pattern = "/api/v1/oauth/{platform}/callback",
        .access = Access::open,
        .handle = confirm,
        .summary = "confirm on that page which account is connected",
        .most_body_bytes = most_form_bytes,
        .id = "confirm_sign_in",
        .body = "ConfirmationForm",
        .body_type = type_of_forms,
        .answer = "Page",
        .media_type = "text/html",
        .other_answer = "Page",
        .other_status = 409,
        .codes = {Code::unsupported_media_type, Code::too_large, Code::bad_request, Code::timeout}},
};

}  // namespace

std::span<const Route> oauth_routes() {
    return rows;
}

}  // namespace caas::api
