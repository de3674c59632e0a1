// How organizations and the people in them look in JSON. Pure.
#pragma once

#include "core/access/audit.h"
#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/base/json.h"
#include "core/store/page.h"

namespace caas::api {

Json render_organization(const access::Organization& organization);
Json render_member(const access::Member& member);
Json render_audit_row(const access::AuditRow& row);
Json render_verdict(const access::AuditVerdict& verdict);

}  // namespace caas::api
