// organizations/{id}/members: who belongs to an organization, and as what.
#include <array>

#include <nlohmann/json.hpp>

#include "core/access/member.h"
#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/roles.h"
#include "core/api/route.h"
#include "core/api/tenancy_json.h"
#include "core/base/error.h"
#include "core/billing/plan.h"
#include "core/flow/organize.h"

namespace caas::api {
namespace {

Response list(Call& call) {
    const auto page = take_page(call.query);
    const auto members = call.tools().store.read([&](store::Reader& reader) {
        return access::list_members(reader, call.principal.organization, page);
    });
    return json_response(200, render_list(members.items, members.next_cursor, render_member));
}

Response change(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto role = take_role(fields);
    fields.finish();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto& organization = call.principal.organization;
        access::lock_organization(transaction, organization);
        const auto by =
            access::require_still(transaction, call.principal, access::Action::manage_members);
        const auto before = access::get_member(transaction, organization, call.id("member"));
        call.require_match(render_member(before));
        access::require_reach(by, before.role);
        access::require_reach(by, role);
        auto after = before;
        after.role = role;
        if (role == before.role)
            return render_member(after);
        const auto now = call.tools().clock.now();
        access::change_role(transaction, organization, before, role, now);
        flow::hold_or_release(transaction, organization, now);
        call.record(
            transaction,
            "member.role",
            before.person.id.view(),
            {{"from", access::name(before.role)}, {"to", access::name(role)}});
        return render_member(after);
    }));
}

Response remove(Call& call) {
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto& organization = call.principal.organization;
        access::lock_organization(transaction, organization);
        const auto by =
            access::require_still(transaction, call.principal, access::Action::manage_members);
        const auto member = access::get_member(transaction, organization, call.id("member"));
        access::require_reach(by, member.role);
        access::remove_member(transaction, organization, member, call.tools().clock.now());
        billing::relock(call.tools().plans(), transaction, organization, call.tools().clock.now());
        call.record(
            transaction,
            "member.remove",
            member.person.id.view(),
            {{"role", access::name(member.role)}});
        return Json{{"id", member.person.id.text()}, {"deleted", true}};
    }));
}

Response leave(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto& organization = call.principal.organization;
        access::lock_organization(transaction, organization);
        const auto member =
            access::get_member(transaction, organization, call.principal.person.text());
        access::remove_member(transaction, organization, member, call.tools().clock.now());
        billing::relock(call.tools().plans(), transaction, organization, call.tools().clock.now());
        call.record(
            transaction,
            "member.leave",
            member.person.id.view(),
            {{"role", access::name(member.role)}});
        return Json{{"id", organization.text()}, {"left", true}};
    }));
}

Response roles(Call& /*call*/) {
    auto items = Json::array();
    for (const auto& row : access::permissions()) {
        auto who = Json::array();
        for (std::size_t i = 0; i < row.roles.size(); ++i) {
            if (row.roles[i])
                who.push_back(access::role_names()[i]);
        }
        items.push_back(
            {{"action", row.name},
             {"what", row.what},
             {"roles", std::move(who)},
             {"scope", access::name(row.least)}});
    }
    return json_response(200, {{"items", std::move(items)}, {"next_cursor", nullptr}});
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/roles",
        .action = Action::read,
        .handle = roles,
        .summary = "list which role may do what",
        .id = "list_roles",
        .answer = "Permission[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}/members",
        .action = Action::read_members,
        .handle = list,
        .summary = "list members",
        .id = "list_members",
        .query = "limit cursor",
        .answer = "Member[]"},
    Route{
        .method = "PATCH",
        .pattern = "/api/v1/organizations/{id}/members/{member}",
        .action = Action::manage_members,
        .handle = change,
        .summary = "change the role of a member",
        .id = "change_member",
        .body = "RoleChange",
        .answer = "Member",
        .codes = {Code::conflict},
        .has_etag = true},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/organizations/{id}/members/{member}",
        .action = Action::manage_members,
        .handle = remove,
        .summary = "remove a member",
        .id = "remove_member",
        .answer = "Deleted",
        .codes = {Code::conflict}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/organizations/{id}/leave",
        .action = Action::manage_self,
        .handle = leave,
        .summary = "leave an organization",
        .id = "leave_organization",
        .answer = "Left",
        .codes = {Code::conflict}},
};

}  // namespace

std::span<const Route> member_routes() {
    return rows;
}

}  // namespace caas::api
