#include "core/platform/graph.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/net/oauth.h"
#include "core/platform/answer.h"

namespace caas::platform {
namespace {

// "Error validating application", and its id or secret are wrong.
constexpr std::array application_codes{1, 101};
// 60 days, where the answer does not say (developers.facebook.com, access tokens).
constexpr std::chrono::hours usual_life(24 * 60);

std::string words_of(const Driver& driver, const GraphFault& fault) {
    const std::string title(driver.title);
    return fault.message.empty() ? title + " refused it with code " + std::to_string(fault.code)
                                 : title + " says: " + quote(fault.message);
}

net::Response send(const Driver& driver, const net::Request& request, const Tools& tools) {
    auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    return std::get<net::Response>(std::move(result));
}

Json success_of(const Driver& driver, const net::Response& response, Instant now) {
    auto body = json::try_parse(response.body);
    if (response.status != 200 || !body || !body->is_object())
        fail_unavailable(driver, response, now);
    return *std::move(body);
}

}  // namespace

bool GraphFault::is_sign_in() const {
    return code == 102 || code == 190;
}

bool GraphFault::is_limit() const {
    constexpr std::array codes{4, 17, 32, 341, 613};
    return std::ranges::find(codes, code) != codes.end() || (code >= 80000 && code <= 80014);
}

bool GraphFault::is_passing() const {
    return code == 1 || code == 2;
}

std::optional<GraphFault> graph_fault(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    if (!body)
        return std::nullopt;
    const auto number = [](const Json& object, std::string_view key) {
        constexpr std::int64_t most = 10'000'000;
        const auto found = json::integer(object, key).value_or(0);
        return found > 0 && found < most ? static_cast<int>(found) : 0;
    };
    if (const auto* error = json::find(*body, "error"); error != nullptr && error->is_object())
        return GraphFault{
            number(*error, "code"),
            number(*error, "error_subcode"),
            json::text_or(*error, "message", "")};
    // Instagram's own token endpoint: {"error_type":…,"code":400,"error_message":…}.
    if (const auto message = json::text(*body, "error_message"))
        return GraphFault{number(*body, "code"), 0, *message};
    return std::nullopt;
}

Json demand_graph(const Driver& driver, const net::Request& request, const Tools& tools) {
    const auto response = send(driver, request, tools);
    const auto now = tools.clock.now();
    const auto fault = graph_fault(response);
    if (!fault)
        return success_of(driver, response, now);
    const auto words = words_of(driver, *fault);
    if (fault->is_sign_in())
        throw Error(
            Code::platform_sign_in,
            words,
            "Connect the account again: caas account connect " + std::string(driver.id));
    if (fault->is_limit())
        throw Error(Code::rate_limited, words, "Try again in an hour.").retry_after(3600);
    if (fault->is_passing() || response.status >= 500)
        throw Error(Code::platform_unavailable, words, "Try again later.");
    throw Error(Code::platform_refused, words);
}

Json trade_graph_code(const Driver& driver, const net::Request& request, const Tools& tools) {
    const auto response = send(driver, request, tools);
    const auto now = tools.clock.now();
    const auto fault = graph_fault(response);
    if (!fault || response.status >= 500 || response.status == 429)
        return success_of(driver, response, now);
    const auto words = words_of(driver, *fault);
    if (std::ranges::find(application_codes, fault->code) != application_codes.end())
        throw Error(
            Code::platform_refused,
            words,
            "Check platforms." + std::string(driver.id) + ".client_id and client_secret.");
    throw Error(
        Code::platform_sign_in,
        words,
        "A sign-in works once and only for a short while: begin again.");
}

Credentials long_token(
    const Driver& driver, const std::string& url, const net::Pairs& query, const Tools& tools) {
    auto request = ask("GET", net::with_query(url, query), Secret());
    // What may have arrived is not sent again behind our back.
    request.is_create = true;
    const auto body = demand_graph(driver, request, tools);
    Credentials credentials;
    credentials.access = Secret(json::text_or(body, "access_token", ""));
    if (credentials.access.empty())
        throw Error(
            Code::platform_unavailable,
            std::string(driver.title) + " gave an answer without a token");
    const auto seconds = json::integer(body, "expires_in").value_or(0);
    const std::chrono::seconds life = seconds > 0 && std::chrono::seconds(seconds) <= 2 * usual_life
                                          ? std::chrono::seconds(seconds)
                                          : std::chrono::seconds(usual_life);
    credentials.expires_at = tools.clock.now() + life;
    return credentials;
}

std::string authorize_with_commas(const SignInAsk& ask, const std::string& page) {
    auto scopes = ask.scopes;
    std::ranges::replace(scopes, ' ', ',');
    return net::authorize_url(
        {page, ask.application.client_id, ask.redirect_uri, scopes, ask.state, {}, {}});
}

}  // namespace caas::platform
