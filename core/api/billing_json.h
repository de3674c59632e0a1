// How plans, subscriptions and usage look in JSON.
#pragma once

#include "core/base/json.h"
#include "core/billing/plan.h"
#include "core/billing/usage.h"
#include "core/flow/tools.h"

namespace caas::api {

Json render_plan(const billing::Plans& plans, const config::Plan& plan);
// Which plan the organization has, how it stands, and what is locked.
Json render_subscription(
    const flow::Tools& tools, store::Reader& reader, const OrganizationId& organization);
// The members of Sums, for objects that say whose they are.
Json render_sums(const billing::Sums& sums);
// Every limit of the plan in force: how much of it is used, and which plan allows more.
Json render_limits(
    const flow::Tools& tools, store::Reader& reader, const OrganizationId& organization);

}  // namespace caas::api
