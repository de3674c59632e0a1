#include "core/platform/x/answer.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/net/retry_after.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"

namespace caas::platform::x {
namespace {

constexpr Milliseconds usual_wait = std::chrono::minutes(15);  // the window of its rate limits
// Credits and monthly caps end when somebody pays; asking every hour costs nothing.
constexpr Milliseconds quota_wait = std::chrono::hours(1);

enum class Meaning : std::uint8_t { sign_in, duplicate, held, credits, capped, limited };

struct Row {
    int code;               // of the older form; 0: any
    std::string_view kind;  // of the newer form; empty: any
    int status;             // 0: any
    Meaning meaning;
    std::string_view word;  // of our code
};

// The first that fits.
constexpr std::array table{
    Row{187, "", 0, Meaning::duplicate, "duplicate_content"},
    Row{64, "", 0, Meaning::held, "account_suspended"},
    Row{326, "", 0, Meaning::held, "account_locked"},
    Row{226, "", 0, Meaning::held, "looks_automated"},
    Row{32, "", 0, Meaning::sign_in, "code_32"},
    Row{89, "", 0, Meaning::sign_in, "code_89"},
    Row{88, "", 0, Meaning::limited, "rate_limited"},
    Row{0, "credits", 0, Meaning::credits, "credits_depleted"},
    Row{0, "", 402, Meaning::credits, "credits_depleted"},
    Row{0, "usage-capped", 0, Meaning::capped, "usage_capped"},
    Row{0, "", 429, Meaning::limited, "rate_limited"},
    Row{0, "", 401, Meaning::sign_in, "http_401"},
};

// The whole sentence of a refusal that has no type and no code of its own (about:blank, Forbidden):
// nothing else tells it from other 403s. When X words it anew, it is an ordinary refusal to us; no
// post is sent or doubled by that.
constexpr std::string_view duplicate_detail =
    "You are not allowed to create a Tweet with duplicate content.";

const Row* find_row(const Problem& problem, int status) {
    const auto* at = std::ranges::find_if(table, [&](const Row& row) {
        return (row.code == 0 || row.code == problem.code) &&
               (row.kind.empty() || row.kind == problem.kind) &&
               (row.status == 0 || row.status == status);
    });
    return at == table.end() ? nullptr : at;
}

std::string word_of(const Problem& problem, int status) {
    constexpr std::size_t longest = 60;
    if (problem.code != 0)
        return "code_" + std::to_string(problem.code);
    std::string word;
    for (const char c : problem.kind.substr(0, longest)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            word += c;
        else if (c == '-')
            word += '_';
    }
    return word.empty() ? "http_" + std::to_string(status) : word;
}

std::string words_of(const Problem& problem, int status) {
    const auto& words = problem.detail.empty() ? problem.title : problem.detail;
    if (words.empty())
        return "X answered with HTTP " + std::to_string(status);
    return "X says: " + quote(words);
}

// "https://api.twitter.com/2/problems/client-forbidden"; the host has changed over the years.
std::string kind_of(const std::string& type) {
    const auto slash = type.rfind('/');
    return slash == type.npos ? "" : type.substr(slash + 1);
}

Outcome duplicate(bool is_in_doubt) {
    auto code = code_of(driver, "duplicate_content");
    if (is_in_doubt)
        return Unknown{std::move(code), "X has an equal post, perhaps from the try before"};
    return Refused{std::move(code), "X refuses it: the account has an equal post already"};
}

// What the rows have in common for every call.
std::optional<Outcome> known_refusal(
    const Problem& problem,
    const net::Response& response,
    const Access& access,
    bool is_in_doubt,
    Instant now) {
    if (is_duplicate(problem, response.status))
        return duplicate(is_in_doubt);
    const auto* row = find_row(problem, response.status);
    if (row == nullptr)
        return std::nullopt;
    auto code = code_of(driver, row->word);
    auto words = words_of(problem, response.status);
    switch (row->meaning) {
        case Meaning::sign_in:
            return NeedsSignIn{
                std::move(code), std::move(words), !access.credentials.refresh.empty()};
        case Meaning::duplicate:
            return duplicate(is_in_doubt);
        case Meaning::held:
            return AccountHeld{std::move(code), std::move(words)};
        case Meaning::credits:
            return Later{
                now + quota_wait,
                "The credits for X's API are used up: whoever runs caas has to buy more",
                true};
        case Meaning::capped:
            return Later{now + quota_wait, "The month's use of X's API is used up", true};
        case Meaning::limited:
            return Later{limited_until(response, now), "X asks to wait before the next post", true};
    }
    return std::nullopt;
}

[[noreturn]] void fail(const net::Response& response, Instant now) {
    const auto problem = read_problem(response);
    const int status = response.status;
    const auto* row = find_row(problem, status);
    const auto words = words_of(problem, status);
    if (row != nullptr && row->meaning == Meaning::sign_in)
        throw Error(
            Code::platform_sign_in, words, "Connect the account again: caas account connect x");
    if (row != nullptr && row->meaning == Meaning::credits)
        throw Error(
            Code::platform_refused,
            "The credits for X's API are used up",
            "Whoever runs caas has to buy more.");
    if (status == 429) {
        const auto wait =
            std::chrono::ceil<std::chrono::seconds>(limited_until(response, now) - now);
        const auto seconds = static_cast<int>(wait.count());
        throw Error(
            Code::rate_limited,
            "X asks to wait before the next call",
            "Try again in " + std::to_string(seconds) + " s.")
            .retry_after(seconds);
    }
    if (status >= 500)
        fail_unavailable(driver, response, now);
    throw Error(Code::platform_refused, words);
}

}  // namespace

Problem read_problem(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        return {};
    Problem problem{
        kind_of(json::text_or(*body, "type", "")),
        json::text_or(*body, "title", ""),
        json::text_or(*body, "detail", ""),
        0};
    const auto* errors = json::find(*body, "errors");
    if (errors == nullptr || !errors->is_array() || errors->empty())
        return problem;
    const auto& first = errors->front();
    constexpr std::int64_t most = 100'000;
    const auto code = json::integer_or(first, "code", 0);
    problem.code = code > 0 && code < most ? static_cast<int>(code) : 0;
    if (problem.kind.empty())
        problem.kind = kind_of(json::text_or(first, "type", ""));
    const auto message = json::text_or(first, "message", json::text_or(first, "detail", ""));
    // The general sentence above the list ("One or more parameters …") helps nobody.
    if (!message.empty())
        problem.detail = message;
    return problem;
}

bool is_duplicate(const Problem& problem, int status) {
    const auto* row = find_row(problem, status);
    return (row != nullptr && row->meaning == Meaning::duplicate) ||
           (status == 403 && problem.detail == duplicate_detail);
}

Outcome read_refusal(
    const net::Response& response, const Access& access, bool is_in_doubt, Instant now) {
    const auto problem = read_problem(response);
    const int status = response.status;
    if (status >= 300) {
        if (auto known = known_refusal(problem, response, access, is_in_doubt, now))
            return *std::move(known);
    }
    auto code = code_of(driver, word_of(problem, status));
    auto words = words_of(problem, status);
    if (status >= 500 || status == 408 || status < 300)
        return Unknown{std::move(code), std::move(words)};
    return Refused{std::move(code), std::move(words)};
}

Outcome read_harmless_refusal(const net::Response& response, const Access& access, Instant now) {
    auto outcome = read_refusal(response, access, false, now);
    if (auto* unknown = std::get_if<Unknown>(&outcome))
        return NotSent{std::move(unknown->code), std::move(unknown->message)};
    return outcome;
}

Instant limited_until(const net::Response& response, Instant now) {
    std::optional<Milliseconds> longest = net::retry_after(response, now);
    for (const std::string window :
         {"x-rate-limit-", "x-user-limit-24hour-", "x-app-limit-24hour-"}) {
        const auto remaining = response.header(window + "remaining");
        if (remaining && *remaining != "0")
            continue;
        if (const auto wait = net::wait_until_reset(response, window + "reset", now))
            longest = std::max(longest.value_or(*wait), *wait);
    }
    return now + longest.value_or(usual_wait);
}

Json read_success(const net::Response& response, Instant now) {
    if (response.status < 200 || response.status >= 300)
        fail(response, now);
    auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        throw Error(Code::platform_unavailable, "X's answer cannot be read", "Try again later.");
    return std::move(*body);
}

Json demand(const net::Request& request, const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    return read_success(std::get<net::Response>(result), tools.clock.now());
}

}  // namespace caas::platform::x
