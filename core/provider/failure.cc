#include "core/provider/failure.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/net/retry_after.h"

namespace caas::provider {
namespace {

// Codes of an account that has to pay or be paid for; waiting does not mend them
// (wire/ai-and-stripe.md, sections 1 item 3, 4 and 5).
constexpr std::array<std::string_view, 8> quota_codes{
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "enforced_spend_limit_reached",
    "billing_error",
    "billing_hard_limit_reached",
};

constexpr std::array<std::string_view, 4> long_codes{
    "context_length_exceeded",
    "exceed_context_size_error",  // llama.cpp
    "request_too_large",
    "string_above_max_length",
};

constexpr std::array<std::string_view, 4> blocked_codes{
    "content_policy_violation", "content_filter", "invalid_prompt", "moderation_blocked"};

template <std::size_t N>
bool is_one_of(const ErrorBody& body, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return body.code == word || body.type == word;
    });
}

bool says(const ErrorBody& body, std::string_view words) {
    return body.message.find(words) != std::string::npos;
}

// Only sentences that servers without codes of their own are known to send.
bool says_too_long(const ErrorBody& body) {
    return says(body, "prompt is too long") || says(body, "maximum context length") ||
           says(body, "exceeds the maximum number of tokens");
}

bool says_spent(const ErrorBody& body) {
    return says(body, "credit balance") || says(body, "usage limits") || says(body, "spend limit");
}

Code by_status(int status) {
    switch (status) {
        case 401:
        case 403:
            return Code::provider_key;
        case 402:
            return Code::provider_quota;
        case 408:
        case 504:
            return Code::provider_timeout;
        case 409:
        case 425:
            return Code::provider_unavailable;
        case 413:
            return Code::provider_too_long;
        case 429:
            return Code::provider_rate_limited;
        default:
            return status >= 500 ? Code::provider_unavailable : Code::provider_refused;
    }
}

Code judge(const Dialect& dialect, int status, const ErrorBody& body) {
    if (dialect.judge != nullptr) {
        if (const auto code = dialect.judge(status, body))
            return *code;
    }
    if (is_one_of(body, quota_codes))
        return Code::provider_quota;
    if (is_one_of(body, long_codes))
        return Code::provider_too_long;
    if (is_one_of(body, blocked_codes))
        return Code::provider_blocked;
    if (body.is_key_invalid || body.code == "invalid_api_key")
        return Code::provider_key;
    if (body.code == "unsupported_country_region_territory")
        return Code::provider_refused;
    if (status == 400 && says_too_long(body))
        return Code::provider_too_long;
    if (status == 400 && says_spent(body))
        return Code::provider_quota;
    return by_status(status);
}

// The statuses that the official SDKs repeat (section 7); never a code that time does not mend.
bool is_repeated(Code code, int status) {
    if (code == Code::provider_quota)
        return false;
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

std::optional<Milliseconds> number_of(std::string_view text, double unit_ms) {
    double number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    constexpr double longest_ms = 31.0 * 24 * 3600 * 1000;
    if (fault != std::errc() || end != text.data() + text.size() ||
        !(number >= 0 && number * unit_ms <= longest_ms))
        return std::nullopt;
    return Milliseconds(static_cast<std::int64_t>(number * unit_ms));
}

// The first hint that is there wins, as in the official SDKs. net::retry_after would round up to
// a second, which they do not.
std::optional<Milliseconds> hint_of(
    const net::Headers& headers, const ErrorBody& body, Instant now) {
    const net::Response response{0, headers, {}};
    if (const auto text = response.header("retry-after-ms")) {
        if (const auto wait = number_of(*text, 1))
            return wait;
    }
    if (const auto text = response.header("retry-after")) {
        if (const auto wait = number_of(*text, 1000))
            return wait;
        if (const auto date = net::parse_http_date(*text); date && *date >= now)
            return *date - now;
    }
    return body.wait;
}

int seconds_up(Milliseconds wait) {
    return static_cast<int>((wait.count() + 999) / 1000);
}

std::string model_of(const Endpoint& endpoint) {
    return endpoint.model.empty() ? "its model" : endpoint.model;
}

// What the provider said, as the end of a sentence, without the key in it.
std::string quoted(const Endpoint& endpoint, std::string_view message, std::size_t most) {
    const auto said = one_line(without_key(endpoint, message), most);
    return said.empty() ? std::string() : ": " + said;
}

struct Words {
    std::string message;
    std::string hint;
};

Words words_for(
    Code code,
    const Dialect& dialect,
    const Endpoint& endpoint,
    int status,
    const ErrorBody& body,
    std::optional<Milliseconds> wait) {
    const std::string who(dialect.driver.title);
    const auto model = model_of(endpoint);
    const auto said = quoted(endpoint, body.message, body.most_shown);
    const std::string key =
        dialect.key_variable.empty() ? "the key" : std::string(dialect.key_variable);
    const auto other = "use another provider (caas providers lists them)";
    switch (code) {
        case Code::provider_key:
            return {
                who + " did not accept the key for " + model + said,
                "Check " + key + "; caas config list --origin shows where it comes from."};
        case Code::provider_quota:
            return {
                who + " has no quota left for " + model + said,
                "Add credit or raise the limit in the account at " + who + ", or " + other + "."};
        case Code::provider_rate_limited:
            return {
                who + " asks to wait" + (wait ? " " + spoken(*wait) : std::string()) +
                    " before it writes with " + model + " again" + said,
                wait ? "Try again in " + spoken(*wait) + ", or " + std::string(other) + "."
                     : "Try again in a minute, or " + std::string(other) + "."};
        case Code::provider_blocked:
            return {
                who + " (" + model + ") will not write this for reasons of safety" + said,
                "Say it in other words, or " + std::string(other) + "."};
        case Code::provider_too_long:
            return {
                "The brief is too long for " + model + " of " + who + said,
                "Shorten the brief, or name a model with a larger context with --model."};
        case Code::provider_timeout:
            return {
                who + " took too long to answer with " + model + said,
                "Try again, or raise the provider's timeout in the configuration."};
        case Code::provider_unavailable:
            return {
                who + " cannot answer with " + model + " at the moment" +
                    (status != 0 ? " (HTTP " + std::to_string(status) + ")" : std::string()) + said,
                "Try again in a minute, or " + std::string(other) + "."};
        default:
            break;
    }
    if (status == 404)
        return {
            who + " does not know " + model + ", or nothing answers at its address" + said,
            "Check --model and the provider's base URL."};
    if (status >= 300 && status < 400)
        return {
            who + " answers with a redirect, which caas does not follow",
            "Set the provider's base URL to the final address."};
    return {
        who + " refused the request to " + model +
            (status != 0 ? " (HTTP " + std::to_string(status) + ")" : std::string()) + said,
        "Check --model and the settings of the provider, or " + std::string(other) + "."};
}

}  // namespace

CallError CallError::about(const Answer& answer) const {
    auto error = *this;
    error.usage = answer.usage;
    if (error.request_id.empty())
        error.request_id = answer.request_id;
    return error;
}

std::string spoken(Milliseconds wait) {
    const auto seconds = seconds_up(wait);
    if (seconds < 120)
        return std::to_string(seconds) + " s";
    if (seconds < 2 * 3600)
        return std::to_string((seconds + 59) / 60) + " min";
    return std::to_string((seconds + 3599) / 3600) + " h";
}

std::string without_key(const Endpoint& endpoint, std::string_view said) {
    std::string out(said);
    const auto& key = endpoint.key.reveal();
    if (key.size() < 4)
        return out;
    constexpr std::string_view instead = "[key]";
    for (auto at = out.find(key); at != std::string::npos; at = out.find(key, at + instead.size()))
        out.replace(at, key.size(), instead);
    return out;
}

Endpoint with_defaults(const Endpoint& endpoint, const Driver& driver) {
    auto made = endpoint;
    if (made.base_url.empty())
        made.base_url = driver.default_base_url;
    while (!made.base_url.empty() && made.base_url.back() == '/')
        made.base_url.pop_back();
    if (made.model.empty())
        made.model = driver.default_model;
    return made;
}

CallError refused(
    const Dialect& dialect,
    const Endpoint& endpoint,
    int status,
    const ErrorBody& body,
    const net::Headers& headers,
    Instant now) {
    const auto code = judge(dialect, status, body);
    const auto wait = hint_of(headers, body, now);
    const auto words = words_for(code, dialect, endpoint, status, body, wait);
    CallError error(code, words.message, words.hint);
    error.status = status;
    error.may_retry = is_repeated(code, status);
    error.request_id = body.request_id;
    const net::Response response{status, headers, {}};
    if (const auto said = response.header("x-should-retry"); code != Code::provider_quota && said) {
        if (*said == "true" || *said == "false")
            error.may_retry = *said == "true";
    }
    if (const auto id = response.header("x-request-id"))
        error.request_id = *id;
    else if (const auto other = response.header("request-id"))
        error.request_id = *other;
    if (wait && error.may_retry) {
        error.wait = wait;
        error.retry_after(seconds_up(*wait));
    }
    return error;
}

CallError unreachable(
    const Dialect& dialect, const Endpoint& endpoint, const net::Failure& failure) {
    using Kind = net::Failure::Kind;
    const std::string who(dialect.driver.title);
    const auto why = quoted(endpoint, failure.message, 200);
    if (failure.kind == Kind::canceled)
        return {Code::canceled, "Stopped while " + who + " was writing", ""};
    if (failure.kind == Kind::timeout) {
        auto words = words_for(Code::provider_timeout, dialect, endpoint, 0, {}, std::nullopt);
        CallError error(Code::provider_timeout, words.message, words.hint);
        error.may_retry = true;
        return error;
    }
    if (failure.kind == Kind::bad_url || failure.kind == Kind::refused_address)
        return {
            Code::provider_refused,
            "The address of " + who + " cannot be used" + why,
            "Check the provider's base URL."};
    if (failure.kind == Kind::too_large)
        return malformed(dialect.driver, endpoint, "it is far too large");
    const bool is_local = endpoint.base_url.find("//127.") != std::string::npos ||
                          endpoint.base_url.find("//localhost") != std::string::npos;
    CallError error(
        Code::provider_unavailable,
        who + " could not be reached for " + model_of(endpoint) + why,
        is_local ? "Is the server running? Its address is set as the provider's base URL."
                 : "Check the network and the provider's base URL; caas generate works without "
                   "either with --provider offline.");
    error.may_retry = true;
    return error;
}

CallError cut(const Dialect& dialect, const Endpoint& endpoint) {
    CallError error(
        Code::provider_unavailable,
        "The connection to " + std::string(dialect.driver.title) +
            " ended in the middle of the answer of " + model_of(endpoint),
        "Try again; the provider may count what it had written until then.");
    error.may_retry = true;
    return error;
}

CallError malformed(const Driver& driver, const Endpoint& endpoint, std::string_view why) {
    return {
        Code::provider_malformed,
        std::string(driver.title) + " (" + model_of(endpoint) +
            ") answered in a way caas cannot read: " + std::string(why),
        "Try again, or name another model with --model."};
}

void require_whole(const Answer& answer, const Driver& driver, const Endpoint& endpoint) {
    const auto model = answer.model.empty() ? model_of(endpoint) : answer.model;
    const auto who = std::string(driver.title) + " (" + model + ")";
    if (answer.finish == Finish::length)
        throw CallError(
            Code::provider_cut_off,
            who + " stopped before its answer was complete",
            "Raise the provider's max_output_tokens (now " +
                std::to_string(endpoint.max_output_tokens) + "), or ask for fewer platforms.")
            .about(answer);
    if (answer.finish == Finish::refused)
        throw CallError(
            Code::provider_blocked,
            who + " will not write this for reasons of safety" +
                quoted(endpoint, answer.refusal, 300),
            "Say it in other words, or use another provider (caas providers lists them).")
            .about(answer);
}

void require_key(const Dialect& dialect, const Endpoint& endpoint) {
    if (!endpoint.key.empty() || !dialect.driver.needs_key)
        return;
    throw Error(
        Code::provider_key,
        std::string(dialect.driver.title) + " needs a key, and none is set",
        "Set " + std::string(dialect.key_variable) +
            ", or write without one: caas generate --provider offline");
}

}  // namespace caas::provider
