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

Response pause(Call& call) {
    take_nothing(call);
    return json_response(200, render(flow::pause_account(call.tools(), call.principal, call.id())));
}

Response resume(Call& call) {
    take_nothing(call);
    const auto account = flow::resume_account(call.tools(), call.principal, call.id());
    call.context.wake();
    return json_response(200, render(account));
}

Response disconnect(Call& call) {
    const auto gone = flow::disconnect_account(call.tools(), call.principal, call.id());
    auto out = render(gone.account);
    out["canceled_posts"] = gone.ended.canceled;
    out["failed_posts"] = gone.ended.failed;
    out["unconfirmed_posts"] = gone.ended.unconfirmed;
    return json_response(200, out);
}

using access::Action;

constexpr std::array rows{
    Route{"GET", "/api/v1/accounts", Access::signed_in, Action::read, list, "list accounts"},
    Route{"GET", "/api/v1/accounts/{id}", Access::signed_in, Action::read, show, "show an account"},
    Route{
        "POST",
        "/api/v1/accounts/{platform}/connect",
        Access::signed_in,
        Action::manage_accounts,
        connect,
        "connect an account"},
    Route{
        "POST",
        "/api/v1/accounts/{id}/check",
        Access::signed_in,
        Action::publish,
        check,
        "ask the platform who an account is"},
    Route{
        "POST",
        "/api/v1/accounts/{id}/pause",
        Access::signed_in,
        Action::manage_accounts,
        pause,
        "pause an account"},
    Route{
        "POST",
        "/api/v1/accounts/{id}/resume",
        Access::signed_in,
        Action::manage_accounts,
        resume,
        "resume an account"},
    Route{
        "DELETE",
        "/api/v1/accounts/{id}",
        Access::signed_in,
        Action::manage_accounts,
        disconnect,
        "disconnect an account"},
};

}  // namespace

std::span<const Route> account_routes() {
    return rows;
}

}  // namespace caas::api
