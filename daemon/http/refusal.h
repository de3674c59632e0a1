// A request that never reaches a handler: what is answered instead, and why. Plain values.
#pragma once

#include <string>
#include <string_view>

#include "core/api/response.h"
#include "core/base/error.h"

namespace caas::http {

struct Refusal {
    int status = 400;
    std::string_view code;  // stable, like the codes of core/base/error.h
    std::string detail;     // one sentence for a person
    std::string hint;
};

// As application/problem+json (RFC 9457).
api::Response answer(const Refusal& refusal, std::string_view request_id);
// Says only what Error promises to be fit for a caller; for Code::internal not even that.
api::Response answer(const Error& error, std::string_view request_id);

// The words beside a status code (RFC 9110); "Unknown" for one we never send.
std::string_view reason_phrase(int status);

}  // namespace caas::http
