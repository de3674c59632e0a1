#include "core/platform/meta/call.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/platform/answer.h"
#include "core/platform/meta/fault.h"
#include "core/platform/meta/usage.h"

namespace caas::platform::meta {

std::string url_of(const Service& service, const Access& access, std::string_view path) {
    const auto config = json::try_parse(access.config);
    auto version = config ? json::text_or(*config, "version", "") : "";
    if (version.empty())
        version = access.application.api_version;
    if (version.empty())
        version = service.version;
    const auto base = access.base_url.empty() ? std::string(service.base_url) : access.base_url;
    return net::join(net::join(base, version), path);
}

net::Request get(
    const Service& service, const Access& access, std::string_view path, const net::Pairs& query) {
    return ask(
        "GET", net::with_query(url_of(service, access, path), query), access.credentials.access);
}

net::Request post(
    const Service& service, const Access& access, std::string_view path, std::string form) {
    auto request = ask("POST", url_of(service, access, path), access.credentials.access);
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(form);
    return request;
}

std::variant<Answer, Outcome> call(
    const Driver& driver, const net::Request& request, const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_create(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const auto now = tools.clock.now();
    if (response.status < 200 || response.status >= 300 || read_fault(response))
        return read_refusal(driver, response, now);
    auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        return Unknown{
            code_of(driver, "unreadable_answer"),
            std::string(driver.title) + " took the call, but its answer cannot be read"};
    return Answer{std::move(*body), used_percent(response), asked_wait(response, now)};
}

std::variant<Answer, Outcome> call_harmless(
    const Driver& driver, const net::Request& request, const Tools& tools) {
    auto result = call(driver, request, tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return harmless(std::move(*outcome));
    return result;
}

std::optional<Json> demand(const Driver& driver, const net::Request& request, const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const auto fault = read_fault(response);
    const auto kind = fault ? kind_of(*fault) : Kind::unclear;
    if (fault && kind == Kind::gone)
        return std::nullopt;
    const auto words = fault ? std::string(driver.title) + " says: " + quote(fault->message) : "";
    if (fault && kind == Kind::sign_in)
        throw Error(
            Code::platform_sign_in,
            words,
            "Connect the account again: caas account connect " + std::string(driver.id));
    if (fault && kind == Kind::outdated)
        throw Error(Code::platform_refused, outdated_words(driver), "See Meta's list of versions.");
    if (fault && (kind == Kind::refused || kind == Kind::forbidden || kind == Kind::held))
        throw Error(Code::platform_refused, words);
    if (fault && kind == Kind::limited) {
        const auto wait = asked_wait(response, tools.clock.now());
        throw Error(Code::rate_limited, words, "Try again later.")
            .retry_after(
                wait ? static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*wait).count())
                     : 0);
    }
    if (fault || response.status == 429 || response.status >= 500)
        fail_unavailable(driver, response, tools.clock.now());
    auto body = json::try_parse(response.body);
    if (response.status < 200 || response.status >= 300 || !body || !body->is_object())
        throw Error(
            Code::platform_unavailable,
            "The answer is not one of " + std::string(driver.title),
            "Check the address of the platform.");
    return std::move(*body);
}

void remove(
    const Service& service,
    const std::string& remote_id,
    const Access& access,
    const Tools& tools) {
    if (remote_id.empty())
        throw Error(
            Code::conflict,
            "It is not known which post of " + std::string(service.driver.title) + " this became",
            "Delete it there by hand.");
    auto request = get(service, access, net::percent_encode(remote_id), {});
    request.method = "DELETE";
    demand(service.driver, request, tools);
}

std::optional<Instant> parse_time(std::string_view text) {
    auto full = std::string(text);
    const auto sign = full.find_last_of("+-");
    // RFC 3339 has a colon in the offset.
    if (sign != full.npos && sign > 10 && full.size() - sign == 5)
        full.insert(sign + 3, ":");
    return parse_rfc3339(full);
}

}  // namespace caas::platform::meta
