#include "core/platform/meta/fault.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/meta/usage.h"

namespace caas::platform::meta {
namespace {

constexpr int any = -1;

struct Row {
    int code;     // or the first of a range
    int last;     // the same as `code` for a single one
    int subcode;  // or any
    Kind kind;
};

constexpr Row code(int number, Kind kind) {
    return {number, number, any, kind};
}

constexpr Row codes(int first, int last, Kind kind) {
    return {first, last, any, kind};
}

constexpr Row subcode(int number, Kind kind) {
    return {any, any, number, kind};
}

// The first row that fits counts: subcodes first, since they say more than their code.
//
// Sources: [I] developers.facebook.com, Instagram platform, error codes; [G] Graph API, handling
// errors and rate limits; [T] Threads API, troubleshooting, and Postiz' threads.provider.ts;
// [O] what maintained clients met (arsduo/koala #422 and #699).
constexpr std::array table{
    subcode(2207027, Kind::not_ready),  // [I] 9007: media not ready for publishing
    subcode(2207042, Kind::spent),      // [I] 9: the day's posts
    subcode(2207051, Kind::held),       // [I] [T] 4: blocked as spam
    subcode(2207050, Kind::held),       // [I] 25: restricted or inactive
    subcode(4279013, Kind::held),       // [T] restricted
    subcode(2207003, Kind::spoilt),     // [I] -2: Meta's download took too long
    subcode(2207020, Kind::spoilt),     // [I] -2: expired
    subcode(2207032, Kind::spoilt),     // [I] -1: creation failed
    subcode(2207053, Kind::spoilt),     // [I] -1: upload failed
    subcode(2207006, Kind::spoilt),     // [I] 24: no such container
    subcode(2207008, Kind::spoilt),     // [I] 24: no such container for now
    subcode(2207052, Kind::spoilt),     // [I] 9004: Meta could not fetch it, which may pass
    subcode(2207004, Kind::refused),    // [I] 36000: too large
    subcode(2207005, Kind::refused),    // [I] 36001: format of a picture
    subcode(2207009, Kind::refused),    // [I] 36003: shape of a picture
    subcode(2207010, Kind::refused),    // [I] 36004: caption too long
    subcode(2207026, Kind::refused),    // [I] 352: format of a video
    subcode(2207028, Kind::refused),    // [I] 100: number of a carousel's items
    subcode(2207040, Kind::refused),    // [I] 100: tags
    subcode(2207057, Kind::refused),    // [I] 1: thumb offset
    subcode(1609005, Kind::refused),    // [O] the link cannot be read
    Row{100, 100, 33, Kind::gone},      // [G] no such object, or no permission for it
    code(1, Kind::unclear),             // [G] [O] answered although the post was made
    code(2, Kind::unclear),
    code(3, Kind::forbidden),   // [G] the application may not
    code(4, Kind::limited),     // [G] application
    code(10, Kind::forbidden),  // [G] permission
    code(17, Kind::limited),    // [G] person
    code(32, Kind::limited),    // [G] page
    code(100, Kind::refused),   // [G] a parameter
    code(102, Kind::sign_in),   // [G] session
    code(190, Kind::sign_in),   // [G] token
    codes(200, 299, Kind::forbidden),
    code(341, Kind::limited),  // [G] application
    code(368, Kind::held),     // [G] blocked for a policy
    code(506, Kind::duplicate),
    code(613, Kind::limited),
    code(2635, Kind::outdated),  // [G] a version that is not in use any more
    code(1609005, Kind::refused),
    codes(80000, 80009, Kind::limited),  // [G] by business use case
    code(80014, Kind::limited),
};

// The one end of a token that renewing it may cure; after the others a person signs in anew.
constexpr int token_expired = 463;

constexpr Milliseconds usual_wait = std::chrono::hours(1);
// The quota is a moving window of a day that no answer tells the end of.
constexpr Milliseconds quota_wait = std::chrono::hours(1);
constexpr Milliseconds processing_wait = std::chrono::minutes(1);

int small(const Json& object, std::string_view key) {
    const auto number = json::integer_or(object, key, 0);
    return number > -100'000'000 && number < 100'000'000 ? static_cast<int>(number) : 0;
}

std::string words_of(const Driver& driver, const std::string& message) {
    return std::string(driver.title) + " says: " + quote(message);
}

Outcome read_status(const Driver& driver, const net::Response& response, Instant now) {
    const int status = response.status;
    const auto number = "http_" + std::to_string(status);
    auto words = std::string(driver.title) + " answered with HTTP " + std::to_string(status);
    if (status == 429)
        return Later{now + asked_wait(response, now).value_or(usual_wait), std::move(words), true};
    if (status >= 500 || status == 408 || status < 300)
        return Unknown{code_of(driver, number), std::move(words)};
    return Refused{code_of(driver, number), std::move(words)};
}

}  // namespace

std::optional<Fault> read_fault(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    const auto* error = body ? json::find(*body, "error") : nullptr;
    if (error == nullptr || !error->is_object())
        return std::nullopt;
    Fault fault;
    fault.code = small(*error, "code");
    fault.subcode = small(*error, "error_subcode");
    fault.is_transient = json::truth(*error, "is_transient").value_or(false);
    fault.message = json::text_or(*error, "error_user_msg", "");
    if (fault.message.empty())
        fault.message = json::text_or(*error, "message", "an error without words");
    return fault;
}

Kind kind_of(const Fault& fault) {
    const auto fits = [&](const Row& row) {
        return (row.code == any || (fault.code >= row.code && fault.code <= row.last)) &&
               (row.subcode == any || row.subcode == fault.subcode);
    };
    const auto at = std::ranges::find_if(table, fits);
    if (at != table.end())
        return at->kind;
    return fault.is_transient || fault.code == 0 ? Kind::unclear : Kind::refused;
}

std::string word_of(const Fault& fault) {
    auto word = "code_" + std::to_string(fault.code);
    if (fault.subcode != 0)
        word += "_" + std::to_string(fault.subcode);
    return word;
}

std::string outdated_words(const Driver& driver) {
    return std::string(driver.title) +
           " no longer answers this version of its API: whoever runs caas has to set platforms." +
           std::string(driver.id) + ".api_version to a newer one, then resume the account";
}

Outcome read_refusal(const Driver& driver, const net::Response& response, Instant now) {
    const auto fault = read_fault(response);
    if (!fault)
        return read_status(driver, response, now);
    auto code = code_of(driver, word_of(*fault));
    auto words = words_of(driver, fault->message);
    switch (kind_of(*fault)) {
        case Kind::limited:
            return Later{
                now + asked_wait(response, now).value_or(usual_wait), std::move(words), true};
        case Kind::spent:
            return Later{now + quota_wait, std::move(words), true};
        case Kind::not_ready:
            return Later{now + processing_wait, std::move(words), false};
        case Kind::sign_in:
            return NeedsSignIn{std::move(code), std::move(words), fault->subcode == token_expired};
        case Kind::outdated:
            // Every post would be told the same until the setting is changed.
            return AccountHeld{code_of(driver, "nonexistent_version"), outdated_words(driver)};
        case Kind::held:
            return AccountHeld{std::move(code), std::move(words)};
        case Kind::forbidden:
            return Refused{
                code_of(driver, forbidden_word),
                std::move(words) + " Was everything allowed when the account was connected?"};
        case Kind::gone:
        case Kind::refused:
            return Refused{std::move(code), std::move(words)};
        case Kind::unclear:
        case Kind::spoilt:
        case Kind::duplicate:
            break;
    }
    return Unknown{std::move(code), std::move(words)};
}

Outcome harmless(Outcome outcome) {
    if (auto* unknown = std::get_if<Unknown>(&outcome))
        return NotSent{std::move(unknown->code), std::move(unknown->message)};
    return outcome;
}

}  // namespace caas::platform::meta
