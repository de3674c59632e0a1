// The bodies of refusals, of which every server has its own: read without trusting any of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/json.h"

namespace caas::provider {

// What a refusal said; whatever was not there is empty.
struct ErrorBody {
    std::string message;           // whole: whoever shows it takes the key out first, then cuts it
    std::size_t most_shown = 300;  // of the message, in bytes
    std::string type;              // OpenAI `type`, Anthropic `type`, Google `status`
    std::string code;              // text, or a number as text; Anthropic's `details.error_code`
    std::string request_id;
    int status = 0;                    // an HTTP status named inside the body, 0 when none
    std::optional<Milliseconds> wait;  // Google's RetryInfo
    bool is_key_invalid = false;       // Google's ErrorInfo
    bool is_daily = false;             // Google's QuotaFailure: waiting a minute will not help
};

// `error` may be a string or an object, `code` a string, a number or null, the members may lie at
// the top, and the body may be no JSON at all (then that is the message).
ErrorBody parse_error_body(std::string_view body);
// The same for JSON that was read already.
ErrorBody read_error_body(const Json& body);

// One line of at most `most` bytes that ends at a whole character; controls become spaces.
std::string one_line(std::string_view text, std::size_t most);

}  // namespace caas::provider
