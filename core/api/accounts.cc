// accounts: connect, list, check, pause, resume, disconnect.
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/render_sign_in.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/billing/lock.h"
#include "core/billing/plan.h"
#include "core/flow/authorize.h"
#include "core/flow/connect.h"
#include "core/text/utf8.h"

namespace caas::api {
namespace {

using Locks = std::map<std::string, Instant, std::less<>>;

// The accounts of the organization that its plan keeps locked.
Locks read_locks(const Call& call, store::Reader& reader) {
    Locks locks;
    if (!call.tools().plans().may_lock())
        return locks;
    for (const auto& lock : billing::list_locks(reader, call.principal.organization)) {
        if (lock.kind == billing::Lockable::account)
            locks.emplace(lock.item, lock.locked_at);
    }
    return locks;
}

Locks read_locks(const Call& call) {
    return call.tools().store.read([&](store::Reader& reader) { return read_locks(call, reader); });
}

Json render_with(const platform::Account& account, const Locks& locks) {
    auto out = render(account);
    if (const auto at = locks.find(account.id.text()); at != locks.end())
        out["locked_at"] = to_rfc3339(at->second);
    return out;
}

Response list(Call& call) {
    const auto page = take_page(call.query);
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        const auto found = platform::list_accounts(reader, call.principal.workspace, page);
        const auto locks = read_locks(call, reader);
        return render_list(found.items, found.next_cursor, [&](const platform::Account& account) {
            return render_with(account, locks);
        });
    }));
}

Response show(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render_with(
            platform::get_account(reader, call.principal.workspace, call.id()),
            read_locks(call, reader));
    }));
}

void require_zone(const std::optional<std::string>& zone) {
    if (!zone || is_zone(*zone))
        return;
    const auto near = nearest_zone(*zone);
    throw Error(
        Code::invalid,
        "There is no time zone `" + zone->substr(0, 60) + "`",
        near.empty() ? "zones are named like Europe/Berlin" : "did you mean " + near + "?",
        {{"/zone", "unknown", "is not an IANA time zone"}});
}

std::optional<platform::OnUnknown> take_on_unknown(Fields& fields) {
    const auto word = fields.text("on_unknown");
    if (!word)
        return std::nullopt;
    const auto on_unknown = platform::find_on_unknown(*word);
    if (!on_unknown)
        throw Error(
            Code::invalid,
            "`on_unknown` cannot be `" + text::repaired(word->substr(0, 40)) + "`",
            "`ask` waits for a person when nobody can tell whether a post went out, `resend` sends "
            "it again",
            {{"/on_unknown", "unknown", "one of ask, resend"}});
    return on_unknown;
}

// Where a browser has to be sent first.
Response begin(Call& call, const flow::ConnectOrder& order, flow::SignInOrder sign_in) {
    sign_in.platform = order.platform;
    sign_in.name = order.name;
    sign_in.base_url = order.base_url;
    sign_in.zone = order.zone;
    sign_in.is_local = order.is_local;
    sign_in.on_unknown = order.on_unknown;
    const auto begun = flow::begin_sign_in(call.tools(), call.principal, sign_in);
    auto response = json_response(202, render(begun));
    response.headers.emplace_back("Cache-Control", "no-store");
    if (call.principal.session && !begun.browser.empty()) {
        const bool is_secure = call.tools().settings.text("http.public_url").starts_with("https:");
        response.headers.emplace_back(
            "Set-Cookie",
            std::string(sign_in_cookie) + "=" + begun.browser.reveal() +
                "; Path=/api/v1/oauth; HttpOnly; SameSite=Lax; Max-Age=600" +
                (is_secure ? "; Secure" : ""));
    }
    return response;
}

// Nobody gave a secret, and a browser can do without.
bool needs_browser(const flow::ConnectOrder& order, const flow::SignInOrder& sign_in) {
    const auto& driver = platform::get_connectable(order.platform);
    if (driver.sign_in == nullptr)
        return !sign_in.redirect_uri.empty() || !sign_in.kind.empty() || !sign_in.identity.empty();
    return driver.connect == nullptr || order.secret.empty();
}

Response connect(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    flow::ConnectOrder order;
    flow::SignInOrder sign_in;
    order.platform = call.id("platform");
    order.name = fields.text("name").value_or("");
    order.identifier = fields.text("identifier").value_or("");
    order.base_url = fields.text("base_url").value_or("");
    order.secret = Secret(fields.text("secret").value_or(""));
    order.zone = fields.text("zone");
    order.on_unknown = take_on_unknown(fields);
    sign_in.kind = fields.text("kind").value_or("");
    sign_in.identity = fields.text("identity").value_or("");
    sign_in.redirect_uri = fields.text("redirect_uri").value_or("");
    if (const auto* config = fields.object("config"); config != nullptr) {
        Fields inner(*config, fields.pointer_to("config"));
        for (const auto& [name, value] : config->items())
            order.config[name] = inner.text(name).value_or("");
    }
    fields.finish();
    order.is_local = call.principal.is_local_owner;
    require_zone(order.zone);
    if (needs_browser(order, sign_in))
        return begin(call, order, std::move(sign_in));
    const auto account = flow::connect_account(call.tools(), call.principal, order);
    call.context.wake();
    return json_response(201, render_with(account, read_locks(call)));
}

void take_nothing(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
}

Response check(Call& call) {
    take_nothing(call);
    const auto checked = [&] {
        try {
            return flow::check_account(call.tools(), call.principal, call.id());
        } catch (const Error&) {
            // Its owners may have been written to.
            if (call.context.post)
                call.context.post();
            throw;
        }
    }();
    call.context.wake();
    auto out = render_with(checked.account, read_locks(call));
    out["identity"] = {
        {"remote_id", checked.identity.remote_id},
        {"handle", checked.identity.handle},
        {"scopes", said(checked.account.scopes)},
        {"missing_scopes", checked.missing_scopes},
        {"expires_at", or_null(checked.expires_at)},
        {"renews", checked.is_renewed},
        {"ends_at", or_null(checked.ends_at)}};
    return json_response(200, out);
}

flow::AccountCheck match(const Call& call) {
    // Read before: it is asked in the midst of a change.
    const auto locks = call.has_match() ? read_locks(call) : Locks{};
    return [&call, locks](const platform::Account& account) {
        if (call.has_match())
            call.require_match(render_with(account, locks));
    };
}

Response pause(Call& call) {
    take_nothing(call);
    const auto account = flow::pause_account(call.tools(), call.principal, call.id(), match(call));
    return json_response(200, render_with(account, read_locks(call)));
}

Response resume(Call& call) {
    take_nothing(call);
    const auto account = flow::resume_account(call.tools(), call.principal, call.id(), match(call));
    call.context.wake();
    return json_response(200, render_with(account, read_locks(call)));
}

Response disconnect(Call& call) {
    const auto gone =
        flow::disconnect_account(call.tools(), call.principal, call.id(), match(call));
    auto out = render(gone.account);
    out["canceled_posts"] = gone.ended.canceled;
    out["failed_posts"] = gone.ended.failed;
    out["unconfirmed_posts"] = gone.ended.unconfirmed;
    out["publishing_posts"] = gone.publishing;
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
        .other_answer = "AccountSignIn",
        .other_status = 202,
        .codes = platform_codes.with({Code::rate_limited})},
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
        .has_etag = true,
        .stops = true},
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
