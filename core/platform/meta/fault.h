// What Meta says when it refuses a call, for Facebook, Instagram and Threads alike:
//     {"error":{"message":"…","code":190,"error_subcode":463,"is_transient":false,…}}
// The code and its subcode decide, never the HTTP status and never the words. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::platform::meta {

struct Fault {
    int code = 0;
    int subcode = 0;  // 0: none
    bool is_transient = false;
    std::string message;  // for a person, as Meta words it
};

// nullopt when the answer holds no such error. An old edge may send one with status 200.
std::optional<Fault> read_fault(const net::Response& response);

// What a fault comes down to.
enum class Kind : std::uint8_t {
    unclear,    // the service is in trouble: the call may have been carried out
    limited,    // too many calls
    spent,      // the account's posts of the day
    not_ready,  // the container is still in the making
    spoilt,     // this container cannot be published, another one could
    duplicate,  // an equal post exists
    sign_in,
    held,
    outdated,   // the version of the API is not in use any more
    gone,       // no such object, or none for this token
    forbidden,  // a permission is missing
    refused,
};

Kind kind_of(const Fault& fault);

// The words of outcomes' codes: "code_190_463", but for a missing permission.
std::string word_of(const Fault& fault);
inline constexpr std::string_view forbidden_word = "no_permission";

// For people when it is outdated: whoever runs caas has to change a setting.
std::string outdated_words(const Driver& driver);

// What an answer that is no success means for a call that others could see the effect of: when
// it may have been carried out, Unknown.
Outcome read_refusal(const Driver& driver, const net::Response& response, Instant now);

// The same outcome for a call that nobody could see the effect of: what is Unknown is NotSent.
Outcome harmless(Outcome outcome);

}  // namespace caas::platform::meta
