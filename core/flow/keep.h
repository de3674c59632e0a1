// What stays open when a plan allows less than there is: chosen by an owner, named as people name
// things. And what is locked, with its names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/access/principal.h"
#include "core/billing/lock.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Ids, parts of them, or names; of members also e-mail addresses. nullopt: as it was chosen before.
struct KeptOpen {
    std::optional<std::vector<std::string>> accounts;
    std::optional<std::vector<std::string>> members;
    std::optional<std::vector<std::string>> workspaces;
};

// Locks what was not chosen before what was, as far as the plan asks for it. Throws Error:
// not_found, conflict when several are called so, plan_limit when more are named than may stay open
// under the plan in force; then nothing is changed.
void keep(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const KeptOpen& kept);

struct Locked {
    billing::Lock lock;
    std::string name;  // of the account, the member or the workspace
};

std::vector<Locked> list_locked(
    const Tools& tools, store::Reader& reader, const OrganizationId& organization);

}  // namespace caas::flow
