#include "core/platform/answer.h"

#include "core/base/error.h"
#include "core/net/retry_after.h"
#include "core/text/steering.h"
#include "core/text/utf8.h"

namespace caas::platform {
namespace {

std::string why(const Driver& driver, const net::Failure& failure) {
    return std::string(driver.title) + " gave no answer: " + failure.message;
}

}  // namespace

Outcome outcome_of_create(const Driver& driver, const net::Failure& failure) {
    const auto code = code_of(driver, net::name(failure.kind));
    if (failure.kind == net::Failure::Kind::bad_url ||
        failure.kind == net::Failure::Kind::refused_address)
        return Refused{code, failure.message};
    if (!failure.may_have_left)
        return NotSent{code, why(driver, failure)};
    return Unknown{code, why(driver, failure)};
}

Outcome outcome_of_read(const Driver& driver, const net::Failure& failure) {
    return NotSent{code_of(driver, net::name(failure.kind)), why(driver, failure)};
}

Later wait(
    const Driver& driver, const net::Response& response, Instant now, Milliseconds otherwise) {
    const auto asked = net::asked_wait(response, now);
    return Later{
        now + asked.value_or(otherwise),
        std::string(driver.title) + " asks to wait (HTTP " + std::to_string(response.status) + ")",
        response.status == 429};
}

void fail_unreachable(const Driver& driver, const net::Failure& failure) {
    if (failure.kind == net::Failure::Kind::bad_url ||
        failure.kind == net::Failure::Kind::refused_address)
        throw Error(Code::invalid, failure.message, "Check the address.");
    throw Error(
        Code::platform_unavailable,
        std::string(driver.title) + " could not be reached: " + failure.message,
        "Check the address and the network, then try again.");
}

void fail_unavailable(const Driver& driver, const net::Response& response, Instant now) {
    const auto asked = net::asked_wait(response, now);
    const auto seconds =
        asked ? static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*asked).count()) : 0;
    const bool is_limited = response.status == 429;
    throw Error(
        is_limited ? Code::rate_limited : Code::platform_unavailable,
        std::string(driver.title) +
            (is_limited ? " asks to wait before the next call"
                        : " answered with HTTP " + std::to_string(response.status)),
        seconds > 0 ? "Try again in " + std::to_string(seconds) + " s." : "Try again later.")
        .retry_after(seconds);
}

net::Request ask(std::string_view method, std::string url, const Secret& bearer) {
    net::Request request;
    request.method = method;
    request.url = std::move(url);
    request.headers.emplace_back("Accept", "application/json");
    if (!bearer.empty())
        request.headers.emplace_back("Authorization", "Bearer " + bearer.reveal());
    return request;
}

std::string code_of(const Driver& driver, std::string_view word) {
    return std::string(driver.id) + "." + std::string(word);
}

std::string quote(std::string_view words) {
    constexpr std::size_t most = 300;
    std::string line;
    for (std::size_t at = 0; at < words.size();) {
        const auto point = text::decode(words, at);
        if (text::is_control(point.value))
            line += ' ';
        else if (!text::is_turn(point.value))
            line += words.substr(at, point.size);
        at += point.size;
    }
    if (line.size() <= most)
        return line;
    auto end = most;
    // Not in the middle of a character.
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U)
        --end;
    return line.substr(0, end) + "…";
}

}  // namespace caas::platform
