// Which pages elsewhere may read an answer (CORS), said by the API and by the server in front of it
// alike: a header alone, since that server links nothing of the API. Pure; thread-safe.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/http_client.h"

namespace caas::api {

// `origin`: of the request, empty when there is none; it may read when it is one of `allowed`
// (http.cors_origins), letter for letter.
inline void let_page_read(
    net::Headers& answer, std::string_view origin, const std::vector<std::string>& allowed) {
    if (allowed.empty())
        return;
    answer.emplace_back("Vary", "Origin");
    if (std::find(allowed.begin(), allowed.end(), origin) == allowed.end())
        return;
    answer.emplace_back("Access-Control-Allow-Origin", origin);
    answer.emplace_back("Access-Control-Allow-Credentials", "true");
    answer.emplace_back(
        "Access-Control-Expose-Headers",
        "ETag, Idempotent-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
        "Retry-After, X-Request-Id");
}

}  // namespace caas::api
