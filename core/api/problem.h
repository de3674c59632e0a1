// RFC 9457: what every refusal and failure looks like to a caller.
#pragma once

#include <string_view>

#include "core/api/response.h"
#include "core/base/error.h"

namespace caas::api {

// What is said of an exception that is no Error: nothing of its text.
Error unexpected();

Json problem_json(const Error& error, std::string_view request_id);
// With Retry-After where the error says when to come back, and for 401 with `challenge` as
// WWW-Authenticate.
Response problem(
    const Error& error, std::string_view request_id, std::string_view challenge = "Bearer");

}  // namespace caas::api
