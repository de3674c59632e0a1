// admin: all people and organizations, for the owner of the installation. Acting as somebody else
// is not offered.
#include <array>

#include <nlohmann/json.hpp>

#include "core/access/installation.h"
#include "core/api/auth.h"
#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/tenancy_json.h"
#include "core/base/time_zone.h"
#include "core/delivery/queue.h"
#include "core/flow/census.h"
#include "core/flow/organize.h"
#include "core/flow/recover.h"

namespace caas::api {
namespace {

Json render_person(const access::Person& person) {
    return {
        {"id", person.id.text()},
        {"name", person.name},
        {"email", or_null(person.email)},
        {"is_installation_owner", person.is_installation_owner},
        {"disabled_at", or_null(person.disabled_at)},
        {"created_at", to_rfc3339(person.created_at)}};
}

Response people(Call& call) {
    const auto page = take_page(call.query);
    const auto found = call.tools().store.read(
        [&](store::Reader& reader) { return access::list_people(reader, page); });
    return json_response(
        200, render_list(found.items, found.next_cursor, [](const access::ListedPerson& listed) {
            auto item = render_person(listed.person);
            item["organizations"] = listed.organizations;
            item["tokens"] = listed.tokens;
            return item;
        }));
}

Response organizations(Call& call) {
    const auto page = take_page(call.query);
    const auto found = call.tools().store.read(
        [&](store::Reader& reader) { return access::list_organizations(reader, page); });
    return json_response(
        200,
        render_list(found.items, found.next_cursor, [](const access::ListedOrganization& listed) {
            auto item = render_organization(listed.organization);
            item["members"] = listed.members;
            item["workspaces"] = listed.workspaces;
            return item;
        }));
}

Json render_counts(const flow::Counts& counts) {
    auto out = Json::object();
    for (const auto& [name, count] : counts)
        out[name] = count;
    return out;
}

Response stats(Call& call) {
    const auto now = call.tools().clock.now();
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        const auto census = flow::take_census(reader, now);
        const auto queue = delivery::queue_facts(reader, now);
        auto out = render_counts(census.totals);
        out["posts"] = render_counts(census.posts);
        out["accounts"] = render_counts(census.accounts);
        out["queue"] = {
            {"waiting", queue.waiting},
            {"due", queue.due},
            {"in_hand", queue.in_hand},
            {"unconfirmed", queue.unconfirmed},
            {"next_due", or_null(queue.next_due)},
            {"lateness_ms", queue.lateness.count()}};
        return out;
    }));
}

void take_nothing(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
}

Response disable_person(Call& call) {
    take_nothing(call);
    return json_response(
        200, render_person(flow::disable_person(call.tools(), call.principal, call.id())));
}

Response enable_person(Call& call) {
    take_nothing(call);
    const auto person = flow::enable_person(call.tools(), call.principal, call.id());
    call.context.wake();
    return json_response(200, render_person(person));
}

Response end_factor(Call& call) {
    take_nothing(call);
    require_presence(call);
    const auto person = flow::end_second_factor_of(call.tools(), call.principal, call.id());
    if (call.context.post)
        call.context.post();
    return json_response(200, render_person(person));
}

Response disable_organization(Call& call) {
    take_nothing(call);
    return json_response(
        200,
        render_organization(flow::disable_organization(call.tools(), call.principal, call.id())));
}

Response enable_organization(Call& call) {
    take_nothing(call);
    const auto organization = flow::enable_organization(call.tools(), call.principal, call.id());
    call.context.wake();
    return json_response(200, render_organization(organization));
}

constexpr auto administer = access::Action::administer_installation;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/admin/users",
        .action = administer,
        .handle = people,
        .summary = "list all people",
        .id = "list_people",
        .query = "limit cursor",
        .answer = "ListedPerson[]"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/admin/users/{id}/disable",
        .action = administer,
        .handle = disable_person,
        .summary = "shut a person out",
        .id = "disable_person",
        .answer = "AdminPerson",
        .codes = {Code::conflict},
        .is_idempotent = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/admin/users/{id}/enable",
        .action = administer,
        .handle = enable_person,
        .summary = "let a person in again",
        .id = "enable_person",
        .answer = "AdminPerson",
        .codes = {Code::conflict},
        .is_idempotent = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/admin/users/{id}/end-factor",
        .action = administer,
        .handle = end_factor,
        .summary = "end the second factor of a person who lost it",
        .id = "end_factor_of_person",
        .answer = "AdminPerson",
        .codes = {Code::conflict}},
    Route{
        .method = "GET",
        .pattern = "/api/v1/admin/organizations",
        .action = administer,
        .handle = organizations,
        .summary = "list all organizations",
        .id = "list_all_organizations",
        .query = "limit cursor",
        .answer = "ListedOrganization[]"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/admin/organizations/{id}/disable",
        .action = administer,
        .handle = disable_organization,
        .summary = "shut an organization down",
        .id = "disable_organization",
        .answer = "AdminOrganization",
        .codes = {Code::conflict},
        .is_idempotent = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/admin/organizations/{id}/enable",
        .action = administer,
        .handle = enable_organization,
        .summary = "open an organization again",
        .id = "enable_organization",
        .answer = "AdminOrganization",
        .codes = {Code::conflict},
        .is_idempotent = true},
    Route{
        .method = "GET",
        .pattern = "/api/v1/admin/stats",
        .action = administer,
        .handle = stats,
        .summary = "count what there is",
        .id = "get_stats",
        .answer = "Stats"},
};

}  // namespace

std::span<const Route> admin_routes() {
    return rows;
}

}  // namespace caas::api
