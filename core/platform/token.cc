#include "core/platform/token.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/platform/answer.h"

namespace caas::platform {
namespace {

constexpr int too_many = 429;

// Words of RFC 6749 for "later", which a careless server may send with any status.
bool is_passing(const std::string& error) {
    constexpr std::array<std::string_view, 3> words{
        "temporarily_unavailable", "server_error", "slow_down"};
    return std::ranges::find(words, error) != words.end();
}

std::string words_of(const net::OauthRefusal& refusal) {
    return quote(refusal.description.empty() ? refusal.error : refusal.description);
}

[[noreturn]] void refuse(const Driver& driver, const net::OauthRefusal& refusal, Proof proof) {
    const std::string title(driver.title);
    const auto id = std::string(driver.id);
    if (refusal.is_about_client())
        throw Error(
            Code::platform_refused,
            title + " does not accept this application: " + words_of(refusal),
            "Check platforms." + id + ".client_id and platforms." + id + ".client_secret.");
    if (proof == Proof::code)
        throw Error(
            Code::platform_sign_in,
            title + " did not accept the sign-in: " + words_of(refusal),
            "A sign-in works once and only for a short while: begin again.");
    throw Error(
        Code::platform_sign_in,
        title + " no longer accepts the sign-in: " + words_of(refusal),
        "Connect the account again: caas account connect " + id);
}

std::vector<std::string> words(std::string_view list) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : list) {
        if (c != ' ' && c != ',') {
            word += c;
        } else if (!word.empty()) {
            out.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty())
        out.push_back(std::move(word));
    return out;
}

}  // namespace

Granted demand_tokens(
    const Driver& driver, const net::Request& request, Proof proof, const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        fail_unreachable(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const auto now = tools.clock.now();
    if (response.status == too_many)
        fail_unavailable(driver, response, now);
    const auto read = net::read_token(response);
    if (const auto* refusal = std::get_if<net::OauthRefusal>(&read);
        refusal != nullptr && !is_passing(refusal->error))
        refuse(driver, *refusal, proof);
    const auto* answer = std::get_if<net::TokenAnswer>(&read);
    if (answer == nullptr)
        fail_unavailable(driver, response, now);
    Granted granted;
    granted.credentials.access = answer->access;
    granted.credentials.refresh = answer->refresh;
    if (answer->lifetime)
        granted.credentials.expires_at = now + *answer->lifetime;
    if (answer->refresh_lifetime)
        granted.credentials.refresh_expires_at = now + *answer->refresh_lifetime;
    granted.scopes = blank_separated(answer->scope);
    return granted;
}

std::string blank_separated(std::string_view scopes) {
    std::string out;
    for (const auto& word : words(scopes))
        out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> missing_scopes(std::string_view wanted, std::string_view granted) {
    const auto have = words(granted);
    std::vector<std::string> missing;
    if (have.empty())
        return missing;
    for (auto& word : words(wanted)) {
        if (std::ranges::find(have, word) == have.end())
            missing.push_back(std::move(word));
    }
    return missing;
}

}  // namespace caas::platform
