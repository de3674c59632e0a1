// GET and POST /device: whether a machine that waits may sign in, and where to. The person proves
// who they are by the form itself, so no cookie is looked at and no other page can answer for them.
#pragma once

#include "core/api/route.h"

namespace caas::api {

Response show_device(Call& call);
Response decide_device(Call& call);

}  // namespace caas::api
