// organizations/{id}/audit: the log of who changed what, and whether it is as it was written.
#include "core/access/audit.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/api/tenancy_json.h"

namespace caas::api {
namespace {

Response list_chain(Call& call, std::string_view chain) {
    const auto page = take_page(call.query);
    const auto found = call.tools().store.read(
        [&](store::Reader& reader) { return access::list_audit(reader, chain, page); });
    return json_response(200, render_list(found.items, found.next_cursor, render_audit_row));
}

Response verify_chain(Call& call, std::string_view chain) {
    const auto head = call.query.text("head").value_or("");
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render_verdict(access::verify_audit(reader, chain, head));
    }));
}

Response list(Call& call) {
    return list_chain(call, call.principal.organization.text());
}

Response verify(Call& call) {
    return verify_chain(call, call.principal.organization.text());
}

Response list_installation(Call& call) {
    return list_chain(call, access::installation_chain);
}

Response verify_installation(Call& call) {
    return verify_chain(call, access::installation_chain);
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}/audit",
        .action = Action::read_audit,
        .handle = list,
        .summary = "list who changed what",
        .id = "list_audit",
        .query = "limit cursor",
        .answer = "AuditRow[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}/audit/verification",
        .action = Action::read_audit,
        .handle = verify,
        .summary = "check that the audit log is as it was written",
        .id = "verify_audit",
        .query = "head",
        .answer = "AuditVerdict"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/admin/audit",
        .action = Action::administer_installation,
        .handle = list_installation,
        .summary = "list what was done to people and organizations",
        .id = "list_installation_audit",
        .query = "limit cursor",
        .answer = "AuditRow[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/admin/audit/verification",
        .action = Action::administer_installation,
        .handle = verify_installation,
        .summary = "check that the installation's audit log is as it was written",
        .id = "verify_installation_audit",
        .query = "head",
        .answer = "AuditVerdict"},
};

}  // namespace

std::span<const Route> audit_routes() {
    return rows;
}

}  // namespace caas::api
