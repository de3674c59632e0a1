// Deleting a content or a workspace: refused while posts of it wait, so that nothing goes out, or
// fails to, behind somebody's back.
#pragma once

#include <functional>
#include <string_view>

#include "core/access/principal.h"
#include "core/flow/tools.h"

namespace caas::flow {

// `who`: the content's id or a part of it. What was published stays on record. Throws Error:
// not_found; conflict while posts are scheduled, under way or unconfirmed; what `check` throws,
// which looks at the content before it is gone.
ContentId discard_content(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view who,
    const std::function<void(store::Reader&, const ContentId&)>& check = {});

// A workspace of the caller's organization with all that is in it, what was published included, for
// good; the audit log stays. `confirmation`: its name. Throws Error: invalid when that is another
// one; conflict while posts are scheduled, under way or unconfirmed, while a series is active, and
// for the only workspace of the organization.
void delete_workspace(
    const Tools& tools,
    const access::Principal& principal,
    const WorkspaceId& id,
    std::string_view confirmation);

}  // namespace caas::flow
