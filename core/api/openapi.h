// The OpenAPI 3.1 document, made from the route table, the schemas and the registries, so that it
// cannot say what the program does not do. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/api/route.h"

namespace caas::api {

// `version`: of the program.
Json openapi(std::string_view version);

// The parameters that the query of a route of routes() may have, as callers write them.
const std::vector<std::string>& query_names(const Route& route);

// Whether the route takes an Idempotency-Key: whatever is signed in and changes something.
bool takes_key(const Route& route);

}  // namespace caas::api
