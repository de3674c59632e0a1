// accounts: connect, list, check, pause, resume, disconnect.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/flow/connect.h"

namespace caas::api {
namespace {

Response list(Call& call) {
    const auto page = take_page(call.query);
    call.query.finish();
    const auto accounts = call.tools().store.read([&](store::Reader& reader) {
        return platform::list_accounts(reader, call.principal.workspace, page);
    });
    return json_response(200, render_list(accounts.items, accounts.next_cursor));
}

Response show(Call& call) {
    call.query.finish();
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render(platform::get_account(reader, call.principal.workspace, call.id()));
    }));
}

Response connect(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    flow::ConnectOrder order;
    order.platform = call.id("platform");
    order.name = fields.text("name").value_or("");
    order.identifier = fields.text("identifier").value_or("");
    order.base_url = fields.text("base_url").value_or("");
    order.secret = Secret(fields.text("secret").value_or(""));
    order.zone = fields.text("zone");
    if (const auto* config = fields.object("config"); config != nullptr) {
        Fields inner(*config, fields.pointer_to("config"));
        for (const auto& [name, value] : config->items())
            order.config[name] = inner.text(name).value_or("");
    }
    fields.finish();
    order.is_local = call.principal.is_local_owner;
    if (order.zone && !is_zone(*order.zone)) {
        const auto near = nearest_zone(*order.zone);
        throw Error(
            Code::invalid,
            "There is no time zone `" + order.zone->substr(0, 60) + "`",
            near.empty() ? "zones are named like Europe/Berlin" : "did you mean " + near + "?",
            {{"/zone", "unknown", "is not an IANA time zone"}});
    }
    const auto account = flow::connect_account(call.tools(), call.principal, order);
    call.context.wake();
    return json_response(201, render(account));
}

void take_nothing(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
}

Response check(Call& call) {
    take_nothing(call);
    const auto checked = flow::check_account(call.tools(), call.principal, call.id());
    call.context.wake();
    auto out = render(checked.account);
    out["identity"] = {
        {"remote_id", checked.identity.remote_id},
        {"handle", checked.identity.handle},
        {"expires_at", or_null(checked.identity.credentials.expires_at)}};
    return json_response(200, out);
}

flow::AccountCheck match(const Call& call) {
    return [&call](const platform::Account& account) {
        if (call.has_match())
            call.require_match(render(account));
    };
}

Response pause(Call& call) {
    take_nothing(call);
    return json_response(
        200, render(flow::pause_account(call.tools(), call.principal, call.id(), match(call))));
}

Response resume(Call& call) {
    take_nothing(call);
    const auto account = flow::resume_account(call.tools(), call.principal, call.id(), match(call));
    call.context.wake();
    return json_response(200, render(account));
}

Response disconnect(Call& call) {
    const auto gone =
        flow::disconnect_account(call.tools(), call.principal, call.id(), match(call));
    auto out = render(gone.account);
    out["canceled_posts"] = gone.ended.canceled;
    out["failed_posts"] = gone.ended.failed;
    out["unconfirmed_posts"] = gone.ended.unconfirmed;
    return json_response(200, out);
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/accounts",
        .action = Action::read,
        .handle = list,
        .summary = "list accounts",
        .id = "list_accounts",
        .query = "limit cursor",
        .answer = "Account[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/accounts/{id}",
        .action = Action::read,
        .handle = show,
        .summary = "show an account",
        .id = "get_account",
        .answer = "Account"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/accounts/{platform}/connect",
        .action = Action::manage_accounts,
        .handle = connect,
        .summary = "connect an account",
        .id = "connect_account",
        .body = "NewAccount",
        .answer = "Account",
        .status = 201,
        .codes = platform_codes},
    Route{
        .method = "POST",
        .pattern = "/api/v1/accounts/{id}/check",
        .action = Action::publish,
        .handle = check,
        .summary = "ask the platform who an account is",
        .id = "check_account",
        .answer = "CheckedAccount",
        .codes = platform_codes,
        .is_idempotent = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/accounts/{id}/pause",
        .action = Action::manage_accounts,
        .handle = pause,
        .summary = "pause an account",
        .id = "pause_account",
        .answer = "Account",
        .codes = {Code::conflict},
        .is_idempotent = true,
        .has_etag = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/accounts/{id}/resume",
        .action = Action::manage_accounts,
        .handle = resume,
        .summary = "resume an account",
        .id = "resume_account",
        .answer = "Account",
        .codes = {Code::conflict, Code::platform_sign_in},
        .is_idempotent = true,
        .has_etag = true},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/accounts/{id}",
        .action = Action::manage_accounts,
        .handle = disconnect,
        .summary = "disconnect an account",
        .id = "disconnect_account",
        .answer = "DisconnectedAccount",
        .codes = {Code::conflict},
        .has_etag = true},
};

}  // namespace

std::span<const Route> account_routes() {
    return rows;
}

}  // namespace caas::api
