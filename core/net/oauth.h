// OAuth 2.0 as caas needs it: the authorization code grant (RFC 6749, 4.1) with PKCE (RFC 7636),
// refreshing, revoking. Builds requests and reads answers; sends nothing. Pure functions but for
// the verifier's chance; thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"
#include "core/net/url.h"

namespace caas::net {

// How an application proves itself at the token endpoint (RFC 6749, 2.3.1).
enum class ClientProof : std::uint8_t {
    basic,  // HTTP Basic; one without a secret names itself in the body instead
    body,   // client_id and client_secret in the form
};

struct OauthClient {
    std::string id;
    Secret secret;  // empty: a public client
    ClientProof proof = ClientProof::basic;
};

// 43 characters that cannot be guessed (RFC 7636, 4.1).
Secret make_verifier(Random& random);
// Its S256 challenge.
std::string challenge_of(const Secret& verifier);

struct AuthorizePage {
    std::string url;  // of the platform, without a query
    std::string client_id;
    std::string redirect_uri;
    std::string scope;
    std::string state;
    std::string challenge;  // empty: no PKCE
    Pairs more;             // of the platform's own making
};

std::string authorize_url(const AuthorizePage& page);

// What came back from the browser.
struct Callback {
    std::string code;
    std::string state;
    std::string error;        // "access_denied" …; empty: none
    std::string description;  // of the error, in the platform's words
};

// `text`: a query, or a whole URL with one, or nothing but a code. Facebook and Instagram put "#_"
// behind the code, which is no part of it.
Callback read_callback(std::string_view text);

// A code for tokens. `verifier`: empty without PKCE.
Request code_request(
    const std::string& token_url,
    const OauthClient& client,
    const std::string& code,
    const std::string& redirect_uri,
    const Secret& verifier);
Request refresh_request(
    const std::string& token_url, const OauthClient& client, const Secret& refresh);
// RFC 7009.
Request revoke_request(
    const std::string& revoke_url, const OauthClient& client, const Secret& token);

struct TokenAnswer {
    Secret access;
    Secret refresh;                                        // empty: none was given
    std::optional<std::chrono::seconds> lifetime;          // of `access`; nullopt: not said
    std::optional<std::chrono::seconds> refresh_lifetime;  // LinkedIn's refresh_token_expires_in
    std::string scope;                                     // as granted; empty: as asked for
};

// A refusal (RFC 6749, 5.2): `error` is one of its words, or the platform's own.
struct OauthRefusal {
    int status = 0;
    std::string error;
    std::string description;

    // Whether it is the application that is not accepted, and not what a person granted.
    bool is_about_client() const;
};

// Neither the one nor the other: a page of a proxy, a server's fault.
struct OauthNonsense {
    int status = 0;
};

using TokenResult = std::variant<TokenAnswer, OauthRefusal, OauthNonsense>;

TokenResult read_token(const Response& response);

}  // namespace caas::net
