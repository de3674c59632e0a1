// What answers in X's dialect mean. Pure functions but for the one call. Facts and sources:
// docs.x.com (problem types, rate limits), and what others have seen of the answers in the wild.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::platform::x {

// One fault, in whichever form it came: {"type":"…/2/problems/client-forbidden","title":…,
// "detail":…} or the older {"errors":[{"code":88,"message":…}]}.
struct Problem {
    std::string kind;  // the last segment of `type`, whatever its host; empty for "about:blank"
    std::string title;
    std::string detail;
    int code = 0;  // of the older form; 0: none
};

Problem read_problem(const net::Response& response);

// "An equal post exists": says nothing of whose it is.
bool is_duplicate(const Problem& problem, int status);

// What an answer that is no success means for a call that creates a post. A duplicate is Unknown
// when an earlier try of the same part is in doubt, since it may be what stands there.
Outcome read_refusal(
    const net::Response& response, const Access& access, bool is_in_doubt, Instant now);

// The same for a call whose work nobody sees (an upload, a question).
Outcome read_harmless_refusal(const net::Response& response, const Access& access, Instant now);

// Until when X wants to be left alone: its 24-hour windows bind even while the 15-minute one, which
// it names as well, has room.
Instant limited_until(const net::Response& response, Instant now);

// For taking back and counting: the JSON of a success, or an Error as Driver::connect throws.
Json read_success(const net::Response& response, Instant now);
Json demand(const net::Request& request, const Tools& tools);

}  // namespace caas::platform::x
