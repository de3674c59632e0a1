#include "core/platform/mastodon/answer.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"

namespace caas::platform::mastodon {
namespace {

constexpr Milliseconds usual_wait = std::chrono::minutes(5);  // the window of its rate limits

std::string error_of(const net::Response& response) {
    const auto body = json::try_parse(response.body);
    return body ? json::text_or(*body, "error", "") : "";
}

std::string words_of(const net::Response& response) {
    const auto error = error_of(response);
    if (error.empty())
        return "Mastodon answered with HTTP " + std::to_string(response.status);
    return "Mastodon says: " + quote(error);
}

// A 403 has no structured code: the server's words tell a held account from a missing permission
// (config/locales/en.yml, these are never translated for API clients).
bool is_account_held(const std::string& error) {
    return error.starts_with("Your login is currently ") ||
           error.starts_with("Your login is missing");
}

// media_attachments.validations.not_ready there: nothing was made, and mostly only time is missing.
// It is said of media that nothing came of as well, so it is not tried for ever.
bool is_media_unfinished(const std::string& error) {
    return error.find("files that have not finished processing") != std::string::npos;
}

}  // namespace

Outcome read_refusal(const net::Response& response, Instant now) {
    const int status = response.status;
    auto code = code_of(driver, "http_" + std::to_string(status));
    auto words = words_of(response);
    if (status == 401)
        return NeedsSignIn{std::move(code), std::move(words), false};
    if (status == 403 && is_account_held(error_of(response)))
        return AccountHeld{code_of(driver, "account_held"), std::move(words)};
    if (status == 422 && is_media_unfinished(error_of(response)))
        return NotSent{code_of(driver, "media_not_ready"), "Mastodon is working on the media"};
    if (status == 429)
        return wait(driver, response, now, usual_wait);
    if (status >= 500 || status == 408 || status < 300)
        return Unknown{std::move(code), std::move(words)};
    return Refused{std::move(code), std::move(words)};
}

std::optional<Json> demand(const net::Request& request, const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const int status = response.status;
    if (status == 404)
        return std::nullopt;
    if (status == 401)
        throw Error(
            Code::platform_sign_in,
            words_of(response),
            "Make a new access token in the instance's preferences, Development, and connect the "
            "account again: caas account connect mastodon");
    if (status == 429 || status >= 500)
        fail_unavailable(driver, response, tools.clock.now());
    if (status < 200 || status >= 300)
        throw Error(Code::platform_refused, words_of(response));
    auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        throw Error(
            Code::platform_unavailable,
            "The server's answer is not one of Mastodon's",
            "Check the address of the instance.");
    return std::move(*body);
}

}  // namespace caas::platform::mastodon
