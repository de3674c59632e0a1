// organizations/{id}/invitations, and taking one up: invitations/show and invitations/accept, which
// carry the secret in the body, where no log sees it.
#include <array>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/identity.h"
#include "core/access/invitation.h"
#include "core/access/member.h"
#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/roles.h"
#include "core/api/route.h"
#include "core/api/tenancy_json.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/billing/gate.h"
#include "core/flow/join.h"
#include "core/flow/letter.h"
#include "core/flow/proof.h"

namespace caas::api {
namespace {

Json render_invitation(const access::Invitation& invitation, Instant now) {
    return {
        {"id", invitation.id.text()},
        {"organization_id", invitation.organization.text()},
        {"email", invitation.email},
        {"role", access::name(invitation.role)},
        {"state", access::state_of(invitation, now)},
        {"invited_by", invitation.invited_by ? Json(invitation.invited_by->text()) : Json()},
        {"created_at", to_rfc3339(invitation.created_at)},
        {"expires_at", to_rfc3339(invitation.expires_at)},
        {"accepted_at", or_null(invitation.accepted_at)},
        {"revoked_at", or_null(invitation.revoked_at)}};
}

Json about(const access::Invitation& invitation) {
    return {{"email", invitation.email}, {"role", access::name(invitation.role)}};
}

void record(
    store::Transaction& transaction,
    const Call& call,
    std::string_view action,
    const access::Invitation& invitation) {
    access::record(
        transaction,
        call.tools().clock.now(),
        access::actor_of(call.principal),
        invitation.organization.text(),
        {action, invitation.id.text()},
        about(invitation));
}

void send(store::Transaction& transaction, const Call& call, const access::Invited& invited) {
    const auto& invitation = invited.invitation;
    flow::write_invitation(
        call.tools(),
        transaction,
        invitation.email,
        access::find_organization(transaction, invitation.organization)->name,
        access::find_person(transaction, call.principal.person)->name,
        access::name(invitation.role),
        invited.text);
}

// Three mails to one address, then one in a quarter of an hour; of one organization fifty, then one
// a minute: strangers cannot be written to through us without end.
void take_mail(store::Transaction& transaction, const Call& call, const std::string& email) {
    if (call.principal.is_local_owner)
        return;
    const std::vector<access::Bucket> buckets{
        flow::member_mail_bucket(access::checked_email(email)),
        {"invite/organization/" + call.principal.organization.text(), 50, std::chrono::minutes(1)}};
    if (const auto wait = access::take(transaction, call.tools().clock.now(), buckets))
        throw flow::too_often("invite somebody by mail", *wait);
}

Response create(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto email = fields.required_text("email");
    const auto role = take_role(fields);
    const bool is_mailed = fields.truth("mail").value_or(true);
    fields.finish();
    const auto now = call.tools().clock.now();
    std::string into;
    const auto made = call.tools().store.write([&](store::Transaction& transaction) {
        access::lock_organization(transaction, call.principal.organization);
        access::require_reach(
            access::require_still(transaction, call.principal, access::Action::manage_members),
            role);
        const auto& organization = call.principal.organization;
        const billing::Room room(
            call.tools().plans(), transaction, organization, config::Limit::members, now);
        auto invited = access::create_invitation(
            transaction,
            call.tools().ids,
            call.tools().random,
            now,
            call.principal.organization,
            call.principal.person,
            email,
            role);
        room.require();
        into = access::find_organization(transaction, organization)->name;
        record(transaction, call, "invitation.create", invited.invitation);
        if (is_mailed) {
            take_mail(transaction, call, email);
            send(transaction, call, invited);
        }
        return invited;
    });
    if (is_mailed && call.context.post)
        call.context.post();
    auto out = render_invitation(made.invitation, now);
    out["organization"] = into;
    out["token"] = made.text.reveal();
    out["url"] = flow::link_to(call.tools(), "join", made.text);
    return json_response(201, out);
}

Response list(Call& call) {
    const auto page = take_page(call.query);
    const auto now = call.tools().clock.now();
    const auto found = call.tools().store.read([&](store::Reader& reader) {
        return access::list_invitations(reader, call.principal.organization, page);
    });
    return json_response(
        200, render_list(found.items, found.next_cursor, [&](const access::Invitation& invitation) {
            return render_invitation(invitation, now);
        }));
}

Response revoke(Call& call) {
    const auto now = call.tools().clock.now();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto& organization = call.principal.organization;
        const auto found = access::get_invitation(transaction, organization, call.id("invitation"));
        const auto revoked = access::revoke_invitation(transaction, organization, found.id, now);
        if (!found.revoked_at)
            record(transaction, call, "invitation.revoke", revoked);
        return render_invitation(revoked, now);
    }));
}

std::string take_token(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    auto token = fields.required_text("token");
    fields.finish();
    return token;
}

// For a page that asks "join as this?" before anybody signs in: whoever has the token may know.
Response show(Call& call) {
    const auto token = take_token(call);
    const auto now = call.tools().clock.now();
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        const auto found = access::find_invitation(reader, token, now);
        if (!found)
            throw Error(
                Code::not_found,
                "This invitation is not good: it was used, revoked, or is older than seven days",
                "ask for another one");
        auto out = about(*found);
        out["expires_at"] = to_rfc3339(found->expires_at);
        out["organization"] = access::find_organization(reader, found->organization)->name;
        return out;
    }));
}

Response accept(Call& call) {
    const auto token = take_token(call);
    if (call.principal.token)
        throw Error(
            Code::forbidden,
            "An API token cannot accept an invitation",
            "sign in, or use `caas member accept` on the machine itself");
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto accepted = flow::join(call.tools(), transaction, token, call.principal.person);
        record(transaction, call, "invitation.accept", accepted);
        auto out =
            render_organization(*access::find_organization(transaction, accepted.organization));
        out["role"] = access::name(
            *access::role_in(transaction, accepted.organization, call.principal.person));
        return out;
    }));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/organizations/{id}/invitations",
        .action = Action::manage_members,
        .handle = create,
        .summary = "invite somebody by e-mail",
        .id = "add_invitation",
        .body = "NewInvitation",
        .answer = "InvitationWithToken",
        .status = 201,
        .codes = {Code::conflict}},
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}/invitations",
        .action = Action::manage_members,
        .handle = list,
        .summary = "list invitations",
        .id = "list_invitations",
        .query = "limit cursor",
        .answer = "Invitation[]"},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/organizations/{id}/invitations/{invitation}",
        .action = Action::manage_members,
        .handle = revoke,
        .summary = "revoke an invitation",
        .id = "revoke_invitation",
        .answer = "Invitation",
        .codes = {Code::conflict}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/invitations/show",
        .access = Access::open,
        .handle = show,
        .summary = "show what an invitation is for",
        .most_body_bytes = most_stranger_bytes,
        .id = "show_invitation",
        .body = "InvitationToken",
        .answer = "InvitationOffer",
        .codes = {Code::not_found}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/invitations/accept",
        .action = Action::manage_self,
        .handle = accept,
        .summary = "accept an invitation",
        .id = "accept_invitation",
        .body = "InvitationToken",
        .answer = "Organization",
        .codes = {Code::not_found, Code::plan_limit}},
};

}  // namespace

std::span<const Route> invitation_routes() {
    return rows;
}

}  // namespace caas::api
