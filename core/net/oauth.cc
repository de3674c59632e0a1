#include "core/net/oauth.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"

namespace caas::net {
namespace {

constexpr std::size_t verifier_bytes = 32;
// Longer than any token lives; what is beyond it is a mistake of whoever says it.
constexpr std::int64_t longest_life_s = 10LL * 365 * 24 * 3600;

Request form_request(const std::string& url, const OauthClient& client, Pairs form) {
    Request request;
    request.method = "POST";
    request.url = url;
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    if (client.proof == ClientProof::basic && !client.secret.empty()) {
        // Both are form-encoded before they are joined (RFC 6749, 2.3.1).
        const auto pair = percent_encode(client.id) + ":" + percent_encode(client.secret.reveal());
        request.headers.emplace_back("Authorization", "Basic " + to_base64(pair));
    } else {
        form.emplace_back("client_id", client.id);
        if (!client.secret.empty())
            form.emplace_back("client_secret", client.secret.reveal());
    }
    request.body = form_encode(form);
    // A code and some refresh tokens work once: what may have arrived is not sent again.
    request.is_create = true;
    return request;
}

// Codes may hold an equals sign of their own.
bool names_parameter(std::string_view query) {
    constexpr std::array<std::string_view, 3> names{"code=", "state=", "error="};
    return std::ranges::any_of(
        names, [&](std::string_view name) { return query.find(name) != query.npos; });
}

// A code is printable, without blanks (RFC 6749, A.11), and as long as what cannot be guessed. An
// address without a query holds none.
bool may_be_code(std::string_view text) {
    constexpr std::size_t fewest_characters = 16;
    const auto is_printable = [](char c) { return c > ' ' && c <= '~'; };
    return text.size() >= fewest_characters && std::ranges::all_of(text, is_printable) &&
           text.find("://") == text.npos;
}

std::optional<std::chrono::seconds> lifetime_in(const Json& body, std::string_view name) {
    const auto seconds = json::integer(body, name);
    if (!seconds || *seconds <= 0 || *seconds > longest_life_s)
        return std::nullopt;
    return std::chrono::seconds(*seconds);
}

}  // namespace

Secret make_verifier(Random& random) {
    return Secret(to_base64url(random.bytes(verifier_bytes)));
}

std::string challenge_of(const Secret& verifier) {
    return to_base64url(sha256(verifier.reveal()));
}

std::string authorize_url(const AuthorizePage& page) {
    Pairs query{
        {"response_type", "code"},
        {"client_id", page.client_id},
        {"redirect_uri", page.redirect_uri},
        {"scope", page.scope},
        {"state", page.state}};
    if (!page.challenge.empty()) {
        query.emplace_back("code_challenge", page.challenge);
        query.emplace_back("code_challenge_method", "S256");
    }
    query.insert(query.end(), page.more.begin(), page.more.end());
    return with_query(page.url, query);
}

Callback read_callback(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto start = text.find_first_not_of(blank);
    text = start == text.npos ? "" : text.substr(start, text.find_last_not_of(blank) - start + 1);
    text = text.substr(0, text.find('#'));
    Callback callback;
    const auto mark = text.find('?');
    const auto query = mark == text.npos ? text : text.substr(mark + 1);
    if (mark == text.npos && !names_parameter(query)) {
        if (may_be_code(query))
            callback.code = query;
        return callback;
    }
    for (const auto& [name, value] : form_decode(query)) {
        if (name == "code")
            callback.code = value;
        else if (name == "state")
            callback.state = value;
        else if (name == "error")
            callback.error = value;
        else if (name == "error_description")
            callback.description = value;
    }
    return callback;
}

Request code_request(
    const std::string& token_url,
    const OauthClient& client,
    const std::string& code,
    const std::string& redirect_uri,
    const Secret& verifier) {
    Pairs form{
        {"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", redirect_uri}};
    if (!verifier.empty())
        form.emplace_back("code_verifier", verifier.reveal());
    return form_request(token_url, client, std::move(form));
}

Request refresh_request(
    const std::string& token_url, const OauthClient& client, const Secret& refresh) {
    return form_request(
        token_url, client, {{"grant_type", "refresh_token"}, {"refresh_token", refresh.reveal()}});
}

Request revoke_request(
    const std::string& revoke_url, const OauthClient& client, const Secret& token) {
    return form_request(revoke_url, client, {{"token", token.reveal()}});
}

bool OauthRefusal::is_about_client() const {
    constexpr std::array<std::string_view, 3> words{
        "invalid_client", "unauthorized_client", "unsupported_grant_type"};
    return std::ranges::find(words, error) != words.end();
}

TokenResult read_token(const Response& response) {
    const auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        return OauthNonsense{response.status};
    if (response.status >= 400 && response.status < 500) {
        auto error = json::text_or(*body, "error", "");
        if (!error.empty())
            return OauthRefusal{
                response.status, std::move(error), json::text_or(*body, "error_description", "")};
    }
    if (response.status != 200)
        return OauthNonsense{response.status};
    TokenAnswer answer;
    answer.access = Secret(json::text_or(*body, "access_token", ""));
    answer.refresh = Secret(json::text_or(*body, "refresh_token", ""));
    answer.lifetime = lifetime_in(*body, "expires_in");
    answer.refresh_lifetime = lifetime_in(*body, "refresh_token_expires_in");
    answer.scope = json::text_or(*body, "scope", "");
    if (answer.access.empty())
        return OauthNonsense{response.status};
    return answer;
}

}  // namespace caas::net
