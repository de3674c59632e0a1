#include "core/platform/linkedin/answer.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/net/retry_after.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/linkedin/call.h"

namespace caas::platform::linkedin {
namespace {

// A 429 may be LinkedIn protecting itself for a moment; the second one in a row is the day's limit.
constexpr Milliseconds short_wait = std::chrono::minutes(5);
// The journal does not say why the step before failed: after a wait of this kind, it was a limit.
constexpr Milliseconds limit_memory = std::chrono::hours(1);
// Everybody comes back at midnight.
constexpr Milliseconds after_midnight = std::chrono::minutes(2);

constexpr int revoked_token = 65601;

// "DUPLICATE_POST" as "duplicate_post".
std::string word_of(const Fault& fault, int status) {
    constexpr std::size_t longest = 60;
    std::string word;
    for (const char c : fault.code.substr(0, longest)) {
        if (c >= 'A' && c <= 'Z')
            word += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
            word += c;
    }
    if (!word.empty())
        return word;
    if (fault.service_code != 0)
        return "code_" + std::to_string(fault.service_code);
    return "http_" + std::to_string(status);
}

std::string words_of(const Fault& fault, int status) {
    if (fault.message.empty())
        return "LinkedIn answered with HTTP " + std::to_string(status);
    return "LinkedIn says: " + quote(fault.message);
}

bool is_dead_version(const Fault& fault, int status) {
    return status == 426 || fault.code == "NONEXISTENT_VERSION";
}

std::string dead_version_words(const Access& access) {
    return "LinkedIn no longer answers version " + version_of(access) +
           " of its API: whoever runs caas has to set platforms.linkedin.api_version to a newer "
           "one";
}

// The windows of its limits begin at 00:00 UTC, and no header says when.
Instant next_day(Instant now) {
    return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1) + after_midnight;
}

Outcome limited(const net::Response& response, const Journal& journal, Instant now) {
    if (const auto asked = net::retry_after(response, now))
        return Later{now + *asked, "LinkedIn asks to wait before the next post", true};
    if (is_limited_again(journal))
        return Later{next_day(now), "LinkedIn's limit for the day is reached", true};
    return Later{now + short_wait, "LinkedIn asks to wait before the next post", true};
}

[[noreturn]] void fail(const net::Response& response, const Access& access, Instant now) {
    const auto fault = read_fault(response);
    const int status = response.status;
    if (status == 401)
        throw Error(
            Code::platform_sign_in,
            words_of(fault, status),
            "Connect the account again: caas account connect linkedin");
    if (is_dead_version(fault, status))
        throw Error(
            Code::platform_refused, dead_version_words(access), "See LinkedIn's list of versions.");
    if (status == 429 || status >= 500)
        fail_unavailable(driver, response, now);
    throw Error(Code::platform_refused, words_of(fault, status));
}

}  // namespace

Fault read_fault(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        return {};
    Fault fault{
        json::text_or(*body, "code", ""),
        static_cast<int>(
            std::clamp<std::int64_t>(json::integer_or(*body, "serviceErrorCode", 0), 0, 1'000'000)),
        json::text_or(*body, "message", "")};
    const auto* inputs = json::path(*body, {"errorDetails", "inputErrors"});
    if (inputs != nullptr && inputs->is_array()) {
        for (const auto& input : *inputs) {
            const auto code = json::text_or(input, "code", "");
            if (fault.code.empty() || code == "DUPLICATE_POST")
                fault.code = code;
        }
    }
    return fault;
}

std::string duplicate_of(const Fault& fault) {
    for (const std::string_view kind : {"urn:li:share:", "urn:li:ugcPost:"}) {
        const auto at = fault.message.find(kind);
        if (at == fault.message.npos)
            continue;
        const auto digits = at + kind.size();
        const auto end =
            std::min(fault.message.find_first_not_of("0123456789", digits), fault.message.size());
        if (end > digits)
            return fault.message.substr(at, end - at);
    }
    return "";
}

bool is_limited_again(const Journal& journal) {
    if (journal.size() < 2)
        return false;
    const auto& last = journal.back();
    const auto& before = journal[journal.size() - 2];
    const auto between = last.started_at - before.started_at;
    return before.step == last.step && before.part == last.part &&
           before.state == StepState::failed && between >= short_wait && between < limit_memory;
}

Outcome read_refusal(
    const net::Response& response, const Journal& journal, const Access& access, Instant now) {
    const auto fault = read_fault(response);
    const int status = response.status;
    auto code = code_of(driver, word_of(fault, status));
    auto words = words_of(fault, status);
    if (status == 401)
        return NeedsSignIn{
            std::move(code),
            std::move(words),
            fault.service_code != revoked_token && !access.credentials.refresh.empty()};
    // Every post would be refused: the queue is kept until somebody has set a newer one.
    if (is_dead_version(fault, status))
        return AccountHeld{code_of(driver, "nonexistent_version"), dead_version_words(access)};
    if (status == 429)
        return limited(response, journal, now);
    if (status >= 500 || status == 408 || status < 300)
        return Unknown{std::move(code), std::move(words)};
    return Refused{std::move(code), std::move(words)};
}

Outcome read_harmless_refusal(
    const net::Response& response, const Journal& journal, const Access& access, Instant now) {
    auto outcome = read_refusal(response, journal, access, now);
    if (auto* unknown = std::get_if<Unknown>(&outcome))
        return NotSent{std::move(unknown->code), std::move(unknown->message)};
    return outcome;
}

void require_success(const net::Response& response, const Access& access, Instant now) {
    if (response.status < 200 || response.status >= 300)
        fail(response, access, now);
}

net::Response demand(const net::Request& request, const Access& access, const Tools& tools) {
    auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    auto& response = std::get<net::Response>(result);
    require_success(response, access, tools.clock.now());
    return std::move(response);
}

}  // namespace caas::platform::linkedin
