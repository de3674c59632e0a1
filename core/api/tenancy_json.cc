#include "core/api/tenancy_json.h"

#include <nlohmann/json.hpp>

#include "core/api/render.h"
#include "core/base/time_zone.h"

namespace caas::api {

Json render_organization(const access::Organization& organization) {
    return {
        {"id", organization.id.text()},
        {"name", organization.name},
        {"slug", organization.slug},
        {"created_at", to_rfc3339(organization.created_at)},
        {"disabled_at", or_null(organization.disabled_at)}};
}

Json render_member(const access::Member& member) {
    return {
        {"id", member.person.id.text()},
        {"name", member.person.name},
        {"email", or_null(member.person.email)},
        {"role", access::name(member.role)},
        {"disabled_at", or_null(member.person.disabled_at)},
        {"created_at", to_rfc3339(member.created_at)}};
}

Json render_audit_row(const access::AuditRow& row) {
    return {
        {"number", row.number},
        {"action", row.action},
        {"target", row.target},
        {"detail", json::try_parse(row.detail).value_or(Json::object())},
        {"person_id", row.person ? Json(row.person->text()) : Json()},
        {"person", or_null(row.person_name)},
        {"token_id", row.token ? Json(row.token->text()) : Json()},
        {"digest", row.digest},
        {"created_at", to_rfc3339(row.happened_at)}};
}

Json render_verdict(const access::AuditVerdict& verdict) {
    auto faults = Json::array();
    for (const auto& fault : verdict.faults)
        faults.push_back(
            {{"number", fault.number}, {"rule", fault.rule}, {"message", fault.message}});
    return {
        {"is_sound", verdict.faults.empty() && verdict.has_noted.value_or(true)},
        {"rows", verdict.rows},
        {"head", verdict.head},
        {"has_head", verdict.has_noted ? Json(*verdict.has_noted) : Json()},
        {"faults", std::move(faults)}};
}

}  // namespace caas::api
