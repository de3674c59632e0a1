#include "core/net/clock_lead.h"

#include <algorithm>

#include "core/net/retry_after.h"

namespace caas::net {

Milliseconds clock_lead(const Response& response, Instant now) {
    // A cache keeps the Date of when the answer was made (RFC 9111, 5.1).
    if (response.header("Age").value_or("0") != "0")
        return Milliseconds(0);
    const auto date = parse_http_date(response.header("Date").value_or(""));
    return date ? std::clamp<Milliseconds>(now - *date, Milliseconds(0), most_clock_lead)
                : Milliseconds(0);
}

}  // namespace caas::net
