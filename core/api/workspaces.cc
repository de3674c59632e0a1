// workspaces and auth/me: where the caller stands.
#include "core/api/workspaces.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/access/identity.h"
#include "core/access/tenancy.h"
#include "core/api/fields.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/billing/gate.h"
#include "core/flow/discard.h"

namespace caas::api {
namespace {

Json render_workspace(const access::Workspace& workspace) {
    return {
        {"id", workspace.id.text()},
        {"organization_id", workspace.organization.text()},
        {"name", workspace.name},
        {"zone", workspace.zone},
        {"created_at", to_rfc3339(workspace.created_at)}};
}

// Whoever is bound to one workspace learns nothing of the others, not even their names.
access::Workspace find(const Call& call, store::Reader& reader, std::string_view who) {
    const auto& principal = call.principal;
    if (!principal.is_bound)
        return access::get_workspace(reader, principal.organization, who);
    auto own = access::find_workspace(reader, principal.organization, principal.workspace);
    if (!own || !access::is_called(*own, who))
        throw access::no_workspace(who);
    return *std::move(own);
}

Response list(Call& call) {
    const auto page = take_page(call.query);
    const auto& principal = call.principal;
    const auto found = call.tools().store.read([&](store::Reader& reader) {
        if (!principal.is_bound)
            return access::list_workspaces(reader, principal.organization, page);
        store::Slice<access::Workspace> own;
        if (auto one = access::find_workspace(reader, principal.organization, principal.workspace))
            own.items.push_back(*std::move(one));
        return own;
    });
    return json_response(200, render_list(found.items, found.next_cursor, render_workspace));
}

Response show(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render_workspace(find(call, reader, call.id()));
    }));
}

Response create(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto name = fields.required_text("name");
    const auto zone = fields.text("zone").value_or("UTC");
    fields.finish();
    return json_response(201, call.tools().store.write([&](store::Transaction& transaction) {
        const auto now = call.tools().clock.now();
        billing::require_room(
            call.tools().plans(),
            transaction,
            call.principal.organization,
            config::Limit::workspaces,
            1,
            now);
        const auto made = access::create_workspace(
            transaction, call.tools().ids, now, call.principal.organization, name, zone);
        call.record(
            transaction, "workspace.create", made.id.view(), {{"name", name}, {"zone", zone}});
        return render_workspace(made);
    }));
}

Response edit(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto name = fields.text("name");
    const auto zone = fields.text("zone");
    fields.finish();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        const auto before = find(call, transaction, call.id());
        call.require_match(render_workspace(before));
        const auto after = access::change_workspace(
            transaction, call.principal.organization, before.id, name, zone);
        if (after.name != before.name || after.zone != before.zone)
            call.record(
                transaction,
                "workspace.change",
                after.id.view(),
                {{"from", {{"name", before.name}, {"zone", before.zone}}},
                 {"to", {{"name", after.name}, {"zone", after.zone}}}});
        return render_workspace(after);
    }));
}

Response remove(Call& call) {
    const auto confirmation = call.query.text_or_empty("confirm");
    const auto id = call.tools().store.read(
        [&](store::Reader& reader) { return find(call, reader, call.id()).id; });
    flow::delete_workspace(call.tools(), call.principal, id, confirmation);
    call.context.wake();
    return json_response(200, {{"id", id.text()}, {"deleted", true}});
}

// Whoever is in no organization acts in none.
template <typename Id>
Json id_or_null(const Id& id) {
    return id.empty() ? Json() : Json(id.text());
}

Response me(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        const auto& principal = call.principal;
        const auto person = access::find_person(reader, principal.person);
        const auto identity = access::find_identity(reader, principal.person);
        const auto organization = access::find_organization(reader, principal.organization);
        Json out{
            {"person_id", principal.person.text()},
            {"name", person ? Json(person->name) : Json()},
            {"email", person ? or_null(person->email) : Json()},
            {"workspace_id", id_or_null(principal.workspace)},
            {"organization_id", id_or_null(principal.organization)},
            {"role", access::name(principal.role)},
            {"scope", access::name(principal.scope)},
            {"is_local_owner", principal.is_local_owner},
            {"is_installation_owner", principal.is_installation_owner},
            {"session_id", principal.session ? Json(principal.session->text()) : Json()},
            {"has_verified_email", identity && identity->email_verified_at},
            {"has_totp", identity && identity->has_totp}};
        if (organization)
            out["organization"] = {
                {"id", organization->id.text()},
                {"name", organization->name},
                {"slug", organization->slug},
                {"created_at", to_rfc3339(organization->created_at)}};
        return out;
    }));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/auth/me",
        .action = Action::read,
        .handle = me,
        .summary = "show who asks",
        .id = "get_me",
        .answer = "Me"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/workspaces",
        .action = Action::read,
        .handle = list,
        .summary = "list workspaces",
        .id = "list_workspaces",
        .query = "limit cursor",
        .answer = "Workspace[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}/workspaces",
        .action = Action::read,
        .handle = list,
        .summary = "list the workspaces of an organization",
        .id = "list_workspaces_of",
        .query = "limit cursor",
        .answer = "Workspace[]"},
    Route{
        .method = "POST",
        .pattern = "/api/v1/organizations/{id}/workspaces",
        .action = Action::manage_organization,
        .handle = create,
        .summary = "make a workspace",
        .id = "add_workspace",
        .body = "NewWorkspace",
        .answer = "Workspace",
        .status = 201,
        .codes = {Code::conflict, Code::plan_limit}},
    Route{
        .method = "GET",
        .pattern = "/api/v1/workspaces/{id}",
        .action = Action::read,
        .handle = show,
        .summary = "show a workspace",
        .id = "get_workspace",
        .answer = "Workspace"},
    Route{
        .method = "PATCH",
        .pattern = "/api/v1/workspaces/{id}",
        .action = Action::manage_workspaces,
        .handle = edit,
        .summary = "rename a workspace or set its zone",
        .id = "edit_workspace",
        .body = "WorkspaceChange",
        .answer = "Workspace",
        .codes = {Code::conflict},
        .has_etag = true},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/workspaces/{id}",
        .action = Action::manage_organization,
        .handle = remove,
        .summary = "delete a workspace and all that is in it",
        .id = "delete_workspace",
        .query = "confirm",
        .answer = "Deleted",
        .codes = {Code::conflict, Code::invalid}},
};

}  // namespace

WorkspaceId workspace_of(const Call& call, store::Reader& reader) {
    return find(call, reader, call.id("id")).id;
}

std::span<const Route> workspace_routes() {
    return rows;
}

}  // namespace caas::api
