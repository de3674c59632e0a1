// organizations: make, list, show, rename, hand over, leave and delete them.
#include <array>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/member.h"
#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/tenancy_json.h"
#include "core/base/error.h"
#include "core/flow/organize.h"

namespace caas::api {
namespace {

Json render_seat(const access::Organization& organization, access::Role role) {
    auto out = render_organization(organization);
    out["role"] = access::name(role);
    return out;
}

Json render_own(store::Reader& reader, const access::Principal& principal) {
    const auto found = access::find_organization(reader, principal.organization);
    if (!found)
        throw Error(
            Code::not_found, "There is no such organization", "list yours with: caas org list");
    return render_seat(*found, principal.role);
}

Response list(Call& call) {
    const auto page = take_page(call.query);
    auto items = Json::array();
    auto next = std::optional<std::string>();
    call.tools().store.read([&](store::Reader& reader) {
        // A token is for one organization and tells of no other.
        if (call.principal.token) {
            items.push_back(render_own(reader, call.principal));
            return;
        }
        const auto seats = access::list_seats(reader, call.principal.person, page);
        for (const auto& seat : seats.items)
            items.push_back(render_seat(seat.organization, seat.role));
        next = seats.next_cursor;
    });
    return json_response(200, {{"items", std::move(items)}, {"next_cursor", or_null(next)}});
}

Response create(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto name = fields.required_text("name");
    const auto zone = fields.text("zone").value_or("UTC");
    fields.finish();
    return json_response(201, call.tools().store.write([&](store::Transaction& transaction) {
        const auto now = call.tools().clock.now();
        auto& ids = call.tools().ids;
        const auto made = access::create_organization(transaction, ids, now, name);
        const auto workspace = access::create_workspace(transaction, ids, now, made.id, name, zone);
        access::set_member(transaction, now, made.id, call.principal.person, access::Role::owner);
        access::record(
            transaction,
            now,
            access::actor_of(call.principal),
            made.id.text(),
            {"organization.create", made.id.text()},
            {{"name", made.name}, {"workspace", workspace.id.text()}});
        return render_seat(made, access::Role::owner);
    }));
}

Response show(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render_own(reader, call.principal);
    }));
}

Response rename(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto name = fields.required_text("name");
    fields.finish();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto& id = call.principal.organization;
        access::lock_organization(transaction, id);
        const auto before = render_own(transaction, call.principal);
        call.require_match(before);
        const auto after = access::rename_organization(transaction, id, name);
        if (before.at("name") != name)
            call.record(
                transaction,
                "organization.rename",
                id.view(),
                {{"from", before.at("name")}, {"to", name}});
        return render_seat(after, call.principal.role);
    }));
}

Response remove(Call& call) {
    const auto confirmation = call.query.text_or_empty("confirm");
    flow::delete_organization(call.tools(), call.principal, confirmation);
    call.context.wake();
    return json_response(200, {{"id", call.principal.organization.text()}, {"deleted", true}});
}

Response transfer(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto who = fields.required_text("member");
    fields.finish();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto now = call.tools().clock.now();
        const auto& id = call.principal.organization;
        access::lock_organization(transaction, id);
        // Of two transfers at once, the second one is no longer by an owner.
        access::require_still(transaction, call.principal, access::Action::transfer);
        const auto heir = access::get_member(transaction, id, who);
        if (heir.person.id == call.principal.person)
            throw Error(
                Code::conflict, "It is yours already", "name another member: caas member list");
        if (heir.person.disabled_at)
            throw Error(Code::conflict, heir.person.name + " is disabled and cannot be owner");
        access::change_role(transaction, id, heir, access::Role::owner, now);
        // The owner at the machine may hand over what they are no member of.
        const auto own = access::role_in(transaction, id, call.principal.person);
        if (own)
            access::change_role(
                transaction,
                id,
                access::get_member(transaction, id, call.principal.person.text()),
                access::Role::admin,
                now);
        flow::hold_or_release(transaction, id, now);
        call.record(
            transaction,
            "organization.transfer",
            heir.person.id.view(),
            {{"from", call.principal.person.text()}, {"was", access::name(heir.role)}});
        return render_seat(
            *access::find_organization(transaction, id),
            own ? access::Role::admin : call.principal.role);
    }));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations",
        .action = Action::read,
        .handle = list,
        .summary = "list your organizations",
        .id = "list_organizations",
        .query = "limit cursor",
        .answer = "Organization[]"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/organizations",
        .action = Action::manage_self,
        .handle = create,
        .summary = "make an organization",
        .id = "add_organization",
        .body = "NewOrganization",
        .answer = "Organization",
        .status = 201},
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}",
        .action = Action::read,
        .handle = show,
        .summary = "show an organization",
        .id = "get_organization",
        .answer = "Organization"},
    Route{
        .method = "PATCH",
        .pattern = "/api/v1/organizations/{id}",
        .action = Action::manage_organization,
        .handle = rename,
        .summary = "rename an organization",
        .id = "rename_organization",
        .body = "OrganizationChange",
        .answer = "Organization",
        .has_etag = true},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/organizations/{id}",
        .action = Action::delete_organization,
        .handle = remove,
        .summary = "delete an organization and all that is in it",
        .id = "delete_organization",
        .query = "confirm",
        .answer = "Deleted",
        .codes = {Code::conflict, Code::invalid}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/organizations/{id}/transfer",
        .action = Action::transfer,
        .handle = transfer,
        .summary = "make another member owner in your place",
        .id = "transfer_organization",
        .body = "Transfer",
        .answer = "Organization",
        .codes = {Code::conflict}},
};

}  // namespace

std::span<const Route> organization_routes() {
    return rows;
}

}  // namespace caas::api
