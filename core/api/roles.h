// A role in a request.
#pragma once

#include "core/access/permission.h"
#include "core/api/fields.h"

namespace caas::api {

// The field "role". Throws Error(invalid) when it is missing or names none.
access::Role take_role(Fields& fields);

}  // namespace caas::api
