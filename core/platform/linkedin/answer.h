// What answers in LinkedIn's dialect mean. Pure functions but for the one call.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::platform::linkedin {

// One fault, in whichever form it came: {"serviceErrorCode":65600,"message":…}, {"code":
// "NONEXISTENT_VERSION","message":…} or {"errorDetails":{"inputErrors":[{"code":
// "DUPLICATE_POST"}]},"message":…}.
struct Fault {
    std::string code;  // of the first input error, else its own
    int service_code = 0;
    std::string message;
};

Fault read_fault(const net::Response& response);

// The post that a refused duplicate equals: "urn:li:share:7141138937766391808". LinkedIn names it
// in the message and nowhere else; empty when it does not.
std::string duplicate_of(const Fault& fault);

// Whether this is the second 429 in a row, from the journal that ends with the step.
bool is_limited_again(const Journal& journal);

// What an answer that is no success means for a call that creates something; duplicates apart.
Outcome read_refusal(
    const net::Response& response, const Journal& journal, const Access& access, Instant now);

// The same for a call whose work nobody sees (an upload, a question).
Outcome read_harmless_refusal(
    const net::Response& response, const Journal& journal, const Access& access, Instant now);

// For taking back and counting: an answer that is a success, or an Error as Driver::connect throws.
void require_success(const net::Response& response, const Access& access, Instant now);
net::Response demand(const net::Request& request, const Access& access, const Tools& tools);

}  // namespace caas::platform::linkedin
