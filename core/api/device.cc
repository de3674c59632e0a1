// auth/device and the page /device: signing in on a machine without a browser (RFC 8628).
#include "core/access/device.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/api/auth.h"
#include "core/api/device_approval.h"
#include "core/api/fields.h"
#include "core/api/page.h"
#include "core/api/problem.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/net/url.h"

namespace caas::api {
namespace {

access::Scope scope_in(Fields& fields) {
    const auto name = fields.text("scope").value_or("publish");
    const auto scope = access::scope_of(name);
    if (!scope)
        throw Error(
            Code::invalid,
            "There is no scope `" + name.substr(0, 40) + "`",
            "one of read, draft, publish, admin",
            {{"/scope", "unknown", "one of read, draft, publish, admin"}});
    return *scope;
}

std::string page_address(const Call& call) {
    const auto own = call.tools().settings.text("http.public_url");
    return own.empty() ? "http://" + call.request.header("Host").value_or("localhost") + "/device"
                       : net::join(own, "device");
}

Response begin(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    access::NewDevice asked;
    asked.name = fields.text("name").value_or("caas");
    asked.scope = scope_in(fields);
    asked.address = call.request.remote_address;
    fields.finish();
    const auto begun = call.tools().store.write([&](store::Transaction& transaction) {
        return access::begin_device(
            transaction, call.tools().random, call.tools().clock.now(), asked);
    });
    const auto page = page_address(call);
    const auto seconds = [](Milliseconds span) { return span.count() / 1000; };
    auto response = json_response(
        200,
        {{"device_code", begun.device_code.reveal()},
         {"user_code", begun.user_code},
         {"verification_uri", page},
         {"verification_uri_complete", page + "?code=" + begun.user_code},
         {"expires_in", seconds(access::device_lifetime)},
         {"interval", seconds(access::device_interval)}});
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

// A refusal as both tell it: RFC 8628, 3.5, in `error`, and the problem document around it.
Response refused(const Call& call, const Error& why, std::string_view error) {
    auto response = problem(why, call.request.request_id);
    auto body = problem_json(why, call.request.request_id);
    body["error"] = error;
    response.body = json::dump(body);
    return response;
}

struct Answers {
    const Call& call;

    Response operator()(const access::DeviceWaits& /*none*/) const {
        return refused(
            call,
            Error(
                Code::bad_request,
                "Nobody has approved it yet",
                "open the link, approve, and ask again after `interval` seconds"),
            "authorization_pending");
    }

    Response operator()(const access::DeviceTooSoon& /*none*/) const {
        Error soon(
            Code::rate_limited, "You ask too often", "wait 5 seconds longer between two tries");
        soon.retry_after(5);
        return refused(call, soon, "slow_down");
    }

    Response operator()(const access::DeviceDenied& /*none*/) const {
        return refused(
            call, Error(Code::forbidden, "It was refused in the browser"), "access_denied");
    }

    Response operator()(const access::DeviceGone& /*none*/) const {
        return refused(
            call,
            Error(
                Code::not_found,
                "This sign-in has expired, or its token was given already",
                "begin again"),
            "expired_token");
    }

    Response operator()(const access::Created& made) const {
        auto response = json_response(
            200,
            {{"access_token", made.text.reveal()},
             {"token_type", "Bearer"},
             {"scope", access::name(made.token.scope)},
             {"token_id", made.token.id.text()},
             {"organization_id", made.token.organization.text()}});
        response.headers.emplace_back("Cache-Control", "no-store");
        return response;
    }
};

Response ask(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto code = fields.required_text("device_code");
    // What clients of RFC 8628 send besides.
    fields.text("grant_type");
    fields.text("client_id");
    fields.finish();
    const auto answer = call.tools().store.write([&](store::Transaction& transaction) {
        const auto& tools = call.tools();
        auto found =
            access::ask_device(transaction, tools.ids, tools.random, tools.clock.now(), code);
        if (const auto* made = std::get_if<access::Created>(&found))
            access::record(
                transaction,
                tools.clock.now(),
                {made->token.person, std::nullopt},
                made->token.organization.text(),
                {"token.create", made->token.id.text()},
                {{"name", made->token.name},
                 {"scope", access::name(made->token.scope)},
                 {"prefix", made->token.prefix}});
        return found;
    });
    return std::visit(Answers{call}, answer);
}

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/device",
        .access = Access::open,
        .handle = begin,
        .summary = "begin to sign in a machine that has no browser",
        .most_body_bytes = most_stranger_bytes,
        .id = "begin_device",
        .body = "DeviceSignIn",
        .answer = "DeviceCodes",
        .codes = {Code::rate_limited}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/device/token",
        .access = Access::open,
        .handle = ask,
        .summary = "ask whether the machine was approved, and take its token",
        .most_body_bytes = most_stranger_bytes,
        .id = "take_device_token",
        .body = "DeviceCode",
        .answer = "DeviceToken",
        .codes = {Code::forbidden, Code::not_found, Code::rate_limited}},
    Route{
        .method = "GET",
        .pattern = "/device",
        .access = Access::open,
        .handle = show_device,
        .summary = "show the page on which a machine is approved",
        .id = "show_device_page",
        .query = "shown_code",
        .answer = "Page",
        .media_type = "text/html"},
    Route{
        .method = "POST",
        .pattern = "/device",
        .access = Access::open,
        .handle = decide_device,
        .summary = "approve or refuse a machine by that page's form",
        .most_body_bytes = most_form_bytes,
        .id = "decide_device",
        .body = "DeviceForm",
        .body_type = type_of_forms,
        .answer = "Page",
        .media_type = "text/html",
        .codes = {Code::unsupported_media_type, Code::too_large, Code::bad_request, Code::timeout}},
};

}  // namespace

std::span<const Route> device_routes() {
    return rows;
}

}  // namespace caas::api
