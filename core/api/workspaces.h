// Which workspace a path names; shared by the resources below it.
#pragma once

#include "core/api/route.h"

namespace caas::api {

// {id} of the path as a workspace of the caller's organization: an id, a part of it, or a name.
// Throws Error(not_found), and Error(forbidden) for a token that is bound to another workspace.
WorkspaceId workspace_of(const Call& call, store::Reader& reader);

}  // namespace caas::api
