// A pretend authorization server: codes that work once and for a short while, exact redirect
// addresses, PKCE as the platform has it, refresh tokens that rotate where the platform's do. As
// strict as the real ones are known to be (wire/platforms.md, sections 0.5, 1.1, 2.1, 3.1, 4, 6,
// 8). Answers for who a token belongs to as well, so that connecting can be tried as a whole.
//
// Reached by the ends of paths, so it may lie below any base URL. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/net/url.h"
#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {

enum class Pkce : std::uint8_t { required, optional, refused };

// How a platform says no at its token endpoint.
struct OauthFault {
    int status;
    std::string_view error;
    std::string_view description;
};

struct AuthorizationRules {
    std::string_view authorize_path;
    std::string_view token_path;
    std::string_view revoke_path;  // empty: none
    Pkce pkce = Pkce::refused;
    std::chrono::seconds code_life{600};
    std::chrono::seconds access_life{0};  // zero: for ever, and `expires_in` is not said
    // Without the first there are none; with the second each works once.
    bool gives_refresh = false;
    bool rotates = false;
    std::string_view refresh_scope{};  // must be granted for a refresh token; empty: nothing
    bool is_basic = false;             // client authentication by header, else in the form
    char scope_joint = ' ';
    bool takes_json = false;  // as well as forms, with a scope that nobody reads
    OauthFault bad_client{401, "invalid_client", "Client authentication failed"};
    OauthFault bad_code{400, "invalid_grant", "The code is not valid"};
    OauthFault bad_refresh{400, "invalid_grant", "The refresh token is not valid"};
};

class PretendAuthorization : public PretendPlatform {
  public:
    // The clock must outlive it.
    PretendAuthorization(const Clock& clock, const AuthorizationRules& rules)
        : rules_(rules), clock_(clock) {}

    // `secret` empty: a public client. Redirect addresses are compared letter by letter.
    void add_client(
        const std::string& id,
        const std::string& secret,
        const std::set<std::string>& redirect_uris);

    // What the person's browser is sent to after they opened `authorize_url` and allowed it; empty
    // when the platform shows an error page instead of sending anybody anywhere.
    std::string approve(const std::string& authorize_url);
    std::string deny(const std::string& authorize_url);
    // Whoever allows grants only these of what is asked for; empty: all.
    void set_granted(const std::set<std::string>& scopes);
    // The person takes their permission back: no token works any more.
    void revoke_all();
    void set_partner(bool gives_refresh);

    // For a sandbox that people use day after day: this client may come back to any address of this
    // machine (RFC 8252, 7.3), and what an earlier run gave out is still good, with these scopes.
    // `salt` tells the runs apart.
    struct Habit {
        std::string client;
        std::string secret;
        std::string scopes;
        std::string salt;
    };

    void keep_house(const Habit& habit);

    // Whether it is an access token that works now.
    bool is_valid(const std::string& token) const;
    // Whether one may publish with it now: an access token, or a page's.
    bool admits(const std::string& token) const;

    std::string_view authorize_path() const { return rules_.authorize_path; }

    // Everything secret that was ever given out.
    std::vector<std::string> given() const;
    int refreshes() const;

  protected:
    struct Grant {
        std::string client;
        std::string scopes;
        bool is_revoked = false;
    };

    struct Token {
        int grant = 0;
        std::string kind;  // "access", "refresh", and what a platform adds
        Instant expires_at = Instant::max();
        bool is_spent = false;
    };

    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;
    // Whatever is neither of the paths of the rules; called under the lock.
    virtual net::Response answer(const net::Request& request, const net::Url& url) = 0;
    // A code was traded; the form is checked. The usual answer of RFC 6749.
    virtual net::Response grant_tokens(int grant);

    std::string make_token(int grant, std::string kind, std::chrono::seconds life);
    // nullptr when there is no such token of that kind, or it does not work any more.
    const Token* find(const std::string& token, std::string_view kind) const;
    Token* find(const std::string& token, std::string_view kind);

    const Grant& grant(int number) const { return grants_.at(static_cast<std::size_t>(number)); }

    Instant now() const { return clock_.now(); }

    bool is_client(const std::string& id, const std::string& secret) const;

    // add_client under the lock.
    void admit(
        const std::string& id, const std::string& secret, const std::set<std::string>& uris) {
        clients_[id] = {secret, uris};
    }

    // As keep_house said it; under the lock.
    const std::optional<Habit>& habit() const { return habit_; }

    // What an untraded code of this client was made for, once; nullopt when it is worth nothing.
    std::optional<int> use_code(
        const std::string& code,
        const std::string& client,
        const std::string& redirect_uri,
        const std::string& verifier);
    std::string scopes_text(const Grant& grant) const;

    AuthorizationRules rules_;

  private:
    struct Client {
        std::string secret;
        std::set<std::string> redirect_uris;
    };

    struct Code {
        int grant = 0;
        std::string redirect_uri;
        std::string challenge;
        Instant expires_at{};
        bool is_used = false;
    };

    std::string come_back(const std::string& authorize_url, bool is_allowed);
    std::string make_code(const net::Pairs& query);
    std::optional<std::map<std::string, std::string>> read_form(const net::Request& request) const;
    net::Response trade(const net::Request& request);
    net::Response trade_code(const std::map<std::string, std::string>& form);
    net::Response trade_refresh(const std::map<std::string, std::string>& form);
    net::Response revoke(const net::Request& request);
    // The client that proved itself as the rules want it; empty: none.
    std::string client_of(
        const net::Request& request, const std::map<std::string, std::string>& form) const;
    net::Response fault(const OauthFault& what) const;
    std::string make_text(std::string_view kind);

    bool may_return_to(const Client& client, const std::string& back) const;

    const Clock& clock_;
    std::optional<Habit> habit_;
    Token recalled_;  // stands for any token of an earlier run
    std::map<std::string, Client> clients_;
    std::vector<Grant> grants_;
    std::map<std::string, Code> codes_;
    std::map<std::string, Token> tokens_;
    std::set<std::string> granted_;
    int made_ = 0;
    int refreshes_ = 0;
};

// ---- the platforms

// X: PKCE, codes of 30 seconds, refresh tokens that work once. GET /2/users/me.
class PretendXSignIn final : public PretendAuthorization {
  public:
    explicit PretendXSignIn(const Clock& clock);

  protected:
    net::Response answer(const net::Request& request, const net::Url& url) override;
};

// LinkedIn: no PKCE, application named in the form, tokens of sixty days, refresh tokens only for
// partners. GET /v2/userinfo, /rest/organizationAcls, /rest/organizations/{id}.
class PretendLinkedInSignIn final : public PretendAuthorization {
  public:
    explicit PretendLinkedInSignIn(const Clock& clock);

    // The version of the API that is in use; others are answered with 426.
    void set_version(const std::string& version);

  protected:
    net::Response answer(const net::Request& request, const net::Url& url) override;

  private:
    std::string version_ = "202609";
};

// Instagram Login and Threads: short tokens of an hour, traded by GET /access_token for long ones
// of sixty days, which GET /refresh_access_token renews once they are a day old.
class PretendMetaSignIn final : public PretendAuthorization {
  public:
    enum class Kind : std::uint8_t { instagram, threads };

    PretendMetaSignIn(const Clock& clock, Kind kind);

  protected:
    net::Response answer(const net::Request& request, const net::Url& url) override;
    net::Response grant_tokens(int grant) override;

  private:
    net::Response lengthen(const net::Pairs& query);
    net::Response renew(const net::Pairs& query);
    net::Response me(const net::Request& request, const net::Url& url) const;

    Kind kind_;
    std::map<std::string, Instant> made_at_;  // of the long tokens
};

// Facebook Login: everything by GET, a person's token, and the pages they run with tokens of their
// own.
class PretendFacebookSignIn final : public PretendAuthorization {
  public:
    explicit PretendFacebookSignIn(const Clock& clock);

  protected:
    net::Response answer(const net::Request& request, const net::Url& url) override;

  private:
    net::Response tokens(const net::Pairs& query);
    net::Response pages(const net::Url& url, int grant);
};

// A Mastodon instance: applications register themselves at POST /api/v1/apps.
class PretendMastodonSignIn final : public PretendAuthorization {
  public:
    explicit PretendMastodonSignIn(const Clock& clock);

    // How many applications registered.
    int applications() const;

  protected:
    net::Response grant_tokens(int grant) override;
    net::Response answer(const net::Request& request, const net::Url& url) override;

  private:
    int applications_ = 0;
};

}  // namespace caas::sandbox
