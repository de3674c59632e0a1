// organizations/{id}/tokens: API tokens, shown once and kept as digests.
#include <array>

#include <nlohmann/json.hpp>

#include "core/access/token.h"
#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/billing/gate.h"

namespace caas::api {
namespace {

Json render_token(const access::Token& token) {
    return {
        {"id", token.id.text()},
        {"name", token.name},
        {"kind", token.is_device ? "machine" : "api"},
        {"scope", access::name(token.scope)},
        {"person_id", token.person.text()},
        {"person", token.person_name},
        {"workspace_id", token.workspace ? Json(token.workspace->text()) : Json()},
        {"prefix", token.prefix},
        {"created_at", to_rfc3339(token.created_at)},
        {"expires_at", or_null(token.expires_at)},
        {"last_used_at", or_null(token.last_used_at)},
        {"revoked_at", or_null(token.revoked_at)}};
}

void record(
    store::Transaction& transaction,
    const Call& call,
    std::string_view action,
    const access::Token& token) {
    call.record(
        transaction,
        action,
        token.id.view(),
        {{"name", token.name}, {"scope", access::name(token.scope)}, {"prefix", token.prefix}});
}

// A token that is bound to a workspace makes, sees and revokes only tokens for the same one.
std::optional<WorkspaceId> bound_to(const Call& call) {
    return call.principal.is_bound ? std::optional(call.principal.workspace) : std::nullopt;
}

// Who may not manage those of others has their own.
access::TokenFilter reach_of(const Call& call) {
    access::TokenFilter reach;
    reach.bound_to = bound_to(call);
    if (!access::allows(call.principal, access::Action::manage_tokens))
        reach.person = call.principal.person;
    return reach;
}

void keep_within(const Call& call, access::NewToken& asked) {
    const auto own = bound_to(call);
    if (!own)
        return;
    if (asked.workspace && asked.workspace != own)
        throw Error(
            Code::forbidden,
            "The token is for another workspace",
            "a token that is bound to a workspace makes only tokens for that one");
    asked.workspace = own;
}

Response create(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    access::NewToken asked;
    asked.organization = call.principal.organization;
    asked.person = call.principal.person;
    asked.name = fields.text("name").value_or("token");
    const auto scope = fields.required_text("scope");
    const auto days = fields.integer("expires_in_days", 1, 36500);
    if (const auto workspace = fields.text("workspace_id"))
        asked.workspace = WorkspaceId(*workspace);
    fields.finish();
    const auto known = access::scope_of(scope);
    if (!known)
        throw Error(
            Code::invalid,
            "There is no scope `" + scope.substr(0, 40) + "`",
            "one of read, draft, publish, admin",
            {{"/scope", "unknown", "one of read, draft, publish, admin"}});
    // Nobody hands out more than they have.
    if (*known > call.principal.scope)
        throw Error(
            Code::forbidden,
            "A token of scope `" + std::string(access::name(call.principal.scope)) +
                "` cannot make one of scope `" + scope + "`");
    asked.scope = *known;
    keep_within(call, asked);
    const auto made = call.tools().store.write([&](store::Transaction& transaction) {
        const auto now = call.tools().clock.now();
        if (days)
            asked.expires_at = now + std::chrono::hours(24 * *days);
        billing::require_room(
            call.tools().plans(),
            transaction,
            asked.organization,
            config::Limit::api_tokens,
            1,
            now);
        auto created =
            access::create_token(transaction, call.tools().ids, call.tools().random, now, asked);
        record(transaction, call, "token.create", created.token);
        return created;
    });
    auto out = render_token(made.token);
    out["token"] = made.text.reveal();
    return json_response(201, out);
}

Response list(Call& call) {
    const auto page = take_page(call.query);
    const auto slice = call.tools().store.read([&](store::Reader& reader) {
        return access::list_tokens(reader, call.principal.organization, page, reach_of(call));
    });
    return json_response(200, render_list(slice.items, slice.next_cursor, render_token));
}

Response revoke(Call& call) {
    const auto token = call.tools().store.write([&](store::Transaction& transaction) {
        const auto& organization = call.principal.organization;
        const auto found =
            access::get_token(transaction, organization, call.id("token"), reach_of(call));
        // Whoever found a weak token should not be able to put the strong ones out of use.
        if (call.principal.token && found.scope > call.principal.scope)
            throw Error(
                Code::forbidden,
                "The token may do more than the one you use",
                "revoke it signed in, or by a token of the scope `" +
                    std::string(access::name(found.scope)) + "`");
        auto revoked =
            access::revoke_token(transaction, organization, found.id, call.tools().clock.now());
        if (!found.revoked_at)
            record(transaction, call, "token.revoke", revoked);
        return revoked;
    });
    return json_response(200, render_token(token));
}

// The token that this very request showed: whoever has it may look at it and give it up, whatever
// its scope.
access::Token own_token(const Call& call, store::Reader& reader) {
    if (!call.principal.token)
        throw Error(
            Code::not_found, "You are not here by an API token", "your tokens: caas token list");
    return access::get_token(reader, call.principal.organization, call.principal.token->text());
}

Response show_own(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render_token(own_token(call, reader));
    }));
}

Response revoke_own(Call& call) {
    const auto token = call.tools().store.write([&](store::Transaction& transaction) {
        auto revoked = access::revoke_token(
            transaction,
            call.principal.organization,
            own_token(call, transaction).id,
            call.tools().clock.now());
        record(transaction, call, "token.revoke", revoked);
        return revoked;
    });
    return json_response(200, render_token(token));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/organizations/{id}/tokens",
        .action = Action::manage_tokens,
        .handle = create,
        .summary = "make an API token",
        .id = "add_token",
        .body = "NewToken",
        .answer = "TokenWithSecret",
        .status = 201},
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}/tokens",
        .action = Action::read,
        .handle = list,
        .summary = "list API tokens: your own, or with manage_tokens everybody's",
        .id = "list_tokens",
        .query = "limit cursor",
        .answer = "Token[]"},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/organizations/{id}/tokens/{token}",
        .action = Action::manage_own_tokens,
        .handle = revoke,
        .summary = "revoke an API token: your own, or with manage_tokens anybody's",
        .id = "revoke_token",
        .answer = "Token"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/auth/token",
        .action = Action::read,
        .handle = show_own,
        .summary = "show the API token that is used",
        .id = "get_own_token",
        .answer = "Token",
        .codes = {Code::not_found}},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/auth/token",
        .action = Action::read,
        .handle = revoke_own,
        .summary = "revoke the API token that is used",
        .id = "revoke_own_token",
        .answer = "Token",
        .codes = {Code::not_found}},
};

}  // namespace

std::span<const Route> token_routes() {
    return rows;
}

}  // namespace caas::api
