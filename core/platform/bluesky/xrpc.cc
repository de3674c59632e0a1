#include "core/platform/bluesky/xrpc.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"

namespace caas::platform::bluesky {
namespace {

constexpr Milliseconds usual_wait = std::chrono::minutes(5);  // the windows of its rate limits

// ExpiredToken comes as HTTP 400: the name decides, not the status.
constexpr std::array<std::string_view, 4> sign_in_faults{
    "AuthFactorTokenRequired",
    "AuthMissing",
    "AuthenticationRequired",
    "InvalidToken",
};
constexpr std::array<std::string_view, 4> held_faults{
    "AccountDeactivated",
    "AccountSuspended",
    "AccountTakedown",
    "RepoTakendown",
};

bool is_one_of(std::span<const std::string_view> names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

// "InvalidSwap" as "invalid_swap".
std::string snake_case(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            if (!out.empty())
                out += '_';
            out += static_cast<char>(c - 'A' + 'a');
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out += c;
        }
    }
    return out;
}

std::string code_of_fault(const Fault& fault, int status) {
    constexpr std::size_t longest = 60;
    const auto word = snake_case(std::string_view(fault.name).substr(0, longest));
    return code_of(driver, word.empty() ? "http_" + std::to_string(status) : word);
}

std::string words_of(const Fault& fault, int status) {
    if (fault.message.empty() && fault.name.empty())
        return "Bluesky answered with HTTP " + std::to_string(status);
    return "Bluesky says: " + quote(fault.message.empty() ? fault.name : fault.message);
}

[[noreturn]] void fail(const Fault& fault, const net::Response& response, Instant now) {
    if (fault.name == "AuthFactorTokenRequired")
        throw Error(
            Code::platform_sign_in,
            "Bluesky wants a code from an e-mail for this password",
            "Use an app password instead: bsky.app, Settings, Privacy and security.");
    if (is_one_of(held_faults, fault.name))
        throw Error(
            Code::platform_refused,
            words_of(fault, response.status),
            "The account is restricted; see its messages at bsky.app.");
    if (fault.name == "ExpiredToken" || is_one_of(sign_in_faults, fault.name) ||
        response.status == 401)
        throw Error(
            Code::platform_sign_in,
            words_of(fault, response.status),
            "Check the handle and the app password, then connect the account again: caas account "
            "connect bluesky");
    if (response.status == 429 || response.status >= 500)
        fail_unavailable(driver, response, now);
    throw Error(Code::platform_refused, words_of(fault, response.status));
}

}  // namespace

std::string url_of(const std::string& base, std::string_view method, const net::Pairs& query) {
    auto url = net::join(base, "/xrpc/" + std::string(method));
    return query.empty() ? url : net::with_query(url, query);
}

Fault read_fault(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    if (!body)
        return {};
    return {json::text_or(*body, "error", ""), json::text_or(*body, "message", "")};
}

Outcome read_refusal(const net::Response& response, Instant now) {
    const auto fault = read_fault(response);
    const int status = response.status;
    auto code = code_of_fault(fault, status);
    auto words = words_of(fault, status);
    if (fault.name == "ExpiredToken")
        return NeedsSignIn{std::move(code), std::move(words), true};
    if (is_one_of(held_faults, fault.name))
        return AccountHeld{std::move(code), std::move(words)};
    if (is_one_of(sign_in_faults, fault.name) || status == 401)
        return NeedsSignIn{std::move(code), std::move(words), false};
    if (fault.name == "RateLimitExceeded" || status == 429)
        return wait(driver, response, now, usual_wait);
    if (status >= 500 || status == 408 || status < 300)
        return Unknown{std::move(code), std::move(words)};
    return Refused{std::move(code), std::move(words)};
}

Json demand(const net::Request& request, const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status < 200 || response.status >= 300)
        fail(read_fault(response), response, tools.clock.now());
    auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        throw Error(
            Code::platform_unavailable,
            "The server's answer is not one of Bluesky's",
            "Check the address of the server.");
    return std::move(*body);
}

}  // namespace caas::platform::bluesky
