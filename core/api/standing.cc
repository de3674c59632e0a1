#include "core/api/standing.h"

#include "core/access/tenancy.h"
#include "core/api/lockout.h"
#include "core/base/error.h"
#include "core/text/utf8.h"

namespace caas::api {
namespace {

constexpr std::string_view organization_paths = "/api/v1/organizations/{id}";

Error no_organization(std::string_view who) {
    return {
        Code::not_found,
        "There is no organization " + text::repaired(who.substr(0, 64)),
        "list yours with: caas org list"};
}

std::optional<access::Seat> seat_of(
    store::Reader& reader, const access::Principal& principal, const std::string& who) {
    auto seat = access::find_seat(reader, principal.person, who);
    if (seat || !principal.is_local_owner)
        return seat;
    const auto any = access::find_organization(reader, OrganizationId(who));
    if (!any)
        return std::nullopt;
    return access::Seat{*any, access::Role::owner};
}

void change_organization(
    store::Reader& reader, access::Principal& principal, const std::string& who) {
    const auto seat = seat_of(reader, principal, who);
    // A token is for one organization.
    if (!seat || (principal.token && seat->organization.id != principal.organization))
        throw no_organization(who);
    if (seat->organization.disabled_at && !principal.is_local_owner)
        throw Error(
            Code::forbidden,
            "The organization " + seat->organization.name + " is disabled",
            "ask the owner of the installation");
    if (seat->organization.id == principal.organization)
        return;
    principal.organization = seat->organization.id;
    principal.role = seat->role;
    principal.workspace =
        access::first_workspace(reader, principal.organization).value_or(WorkspaceId());
}

void change_workspace(store::Reader& reader, access::Principal& principal, const std::string& who) {
    if (principal.is_bound) {
        const auto own =
            access::find_workspace(reader, principal.organization, principal.workspace);
        if (!own || !access::is_called(*own, who))
            throw access::no_workspace(who);
        return;
    }
    principal.workspace = access::get_workspace(reader, principal.organization, who).id;
}

// Names may hold any letter; a header may not, so they come percent-encoded.
std::optional<std::string> named_by(const Request& request, std::string_view header) {
    const auto given = request.header(header);
    if (!given)
        return std::nullopt;
    auto name = percent_decode(*given, false);
    if (!name)
        throw Error(
            Code::bad_request,
            "The header " + std::string(header) + " has a broken percent escape");
    return name;
}

}  // namespace

access::Principal stand(
    const Context& context,
    const Request& request,
    const Route& route,
    const std::map<std::string, std::string, std::less<>>& path,
    const access::Principal& principal) {
    const bool is_named = route.pattern.starts_with(organization_paths);
    const auto organization =
        is_named ? std::optional(path.find("id")->second) : named_by(request, "Caas-Organization");
    const auto workspace = named_by(request, "Caas-Workspace");
    const bool is_own = !organization || *organization == principal.organization.text();
    if (is_own && !workspace)
        return principal;
    auto acting = principal;
    context.tools.store.read([&](store::Reader& reader) {
        if (!is_own)
            change_organization(reader, acting, *organization);
        if (workspace)
            change_workspace(reader, acting, *workspace);
    });
    return acting;
}

access::Principal stand_in(
    const Context& context,
    const access::Principal& principal,
    const std::string& organization,
    access::Action action) {
    if (organization == principal.organization.text())
        return principal;
    auto acting = principal;
    context.tools.store.read(
        [&](store::Reader& reader) { change_organization(reader, acting, organization); });
    if (!access::allows(acting, action))
        throw access::refusal(acting, action);
    require_unlocked(context, acting);
    return acting;
}

}  // namespace caas::api
