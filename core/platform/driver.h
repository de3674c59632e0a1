// Where a post goes: one driver per platform, a const struct named in registry.cc.
//
// A driver never loops, sleeps or retries. The engine asks it for the next step given what the
// journal holds, writes the step down, lets the driver perform it (one remote call), and writes
// down the outcome. A driver keeps no state, so it may be used from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"
#include "core/platform/limits.h"
#include "core/platform/post_place.h"
#include "core/platform/publication.h"

namespace caas::platform {

// ---- what is connected

// The tokens of an account, sealed at rest by the vault.
struct Credentials {
    Secret access;
    Secret refresh;
    std::optional<Instant> expires_at;  // of `access`
    std::optional<Instant> refresh_expires_at;
};

// The application that people allow to act for them, registered once at the platform by whoever
// runs caas (settings `platforms.ID.client_id` and so on) or by caas itself (Mastodon), and where
// the platform is reached.
struct Application {
    std::string client_id;
    Secret client_secret;         // empty: a public client
    std::string base_url{};       // of the API, no trailing slash
    std::string authorize_url{};  // the page on which people allow it
    std::string token_url{};      // where codes become tokens
    std::string api_version{};    // "202601", "v26.0"; empty where the platform has none
};

// One connected identity, as drivers see it.
struct Access {
    AccountId account;
    std::string remote_id;  // the platform's id of the identity (a DID, a number, a folder)
    std::string handle;     // as people write it, for words and URLs
    std::string base_url;   // API base, no trailing slash; of the account or of the configuration
    std::string config;     // JSON object of the driver's own making (instance limits, folder …)
    Credentials credentials;
    Application application{};
    std::string platform{};
    std::string scopes{};  // as they were granted, separated by blanks; empty: not known
};

// ---- the journal

// `failed` says that certainly nothing was made: the platform said so, a look found it absent, or a
// person did. Drivers lean on it: while an entry is `started` or `unknown`, a repeat of its step
// carries the same key.
enum class StepState { started, done, failed, unknown };

// One step as it was written down before the call, and what came of it.
struct Entry {
    int number = 0;
    std::string step;
    int part = 0;
    StepState state = StepState::started;
    std::string prepared;   // byte for byte what is sent, with all that may not change on a repeat
    std::string remote_id;  // what the platform made, empty when nothing
    std::string url;        // its permalink; the only trace when a person said that it went out
    std::string cursor;     // JSON of the driver's making for later steps (cid, container …)
    Instant started_at;
    std::string code{};  // of the outcome that was no success, as the driver gave it
};

using Journal = std::vector<Entry>;

struct Step {
    std::string name;      // "resolve", "upload", "create" …
    int part = 0;          // 0-based part it serves; the last one, when it sends several at once
    std::string prepared;  // JSON or text: all that perform() needs from the journal
    // Whether the very same step may be performed again when its outcome is unknown, because the
    // platform makes the repeat harmless (own record key, idempotency key inside its window).
    bool is_repeatable = false;
    // How long after the first performance the platform remembers that (an idempotency key), with a
    // margin for clocks; nullopt: for ever (a record key).
    std::optional<Milliseconds> repeatable_for{};
    // Whether, once it succeeded, the part can be seen by others.
    bool publishes = false;
};

// ---- what came of a step

struct Done {
    std::string remote_id;
    std::string url;     // permalink, may be empty
    std::string cursor;  // JSON, kept in the journal
};

// The platform says that an equal one exists already.
struct Already {
    std::string remote_id;
    std::string url;
    std::string cursor;
};

// The step goes on from here (chunks of an upload); performed again with the new cursor.
struct Continue {
    std::string cursor;
};

// Not now, by the platform's word or its processing; does not count as a try.
struct Later {
    Instant at;
    std::string why;
    // Every post of the account would be told the same: a rate limit, not media in the making.
    bool is_for_account = false;
};

// Never: the same request cannot succeed.
struct Refused {
    std::string code;     // stable, "bluesky.invalid_request"
    std::string message;  // for a person
};

// The account itself is restricted; it is paused.
struct AccountHeld {
    std::string code;
    std::string message;
};

struct NeedsSignIn {
    std::string code;
    std::string message;
    bool can_refresh = false;  // the access token is merely old
};

// Certain that nothing was made at the platform: safe to perform again.
struct NotSent {
    std::string code;
    std::string message;
};

// It may have been made.
struct Unknown {
    std::string code;
    std::string message;
};

using Outcome = std::
    variant<Done, Already, Continue, Later, Refused, AccountHeld, NeedsSignIn, NotSent, Unknown>;

// What a look at the platform says of a step whose outcome is unknown. A listing proves presence,
// never absence.
struct There {
    std::string remote_id;
    std::string url;
    std::string cursor;
};

// Certain: own record key, a container that was never published.
struct Absent {
    // What was sent can take no effect that others would see, not even if it arrives late: the
    // driver may take another way (another container for a spoilt one). Else the same bytes are
    // sent again.
    bool is_over = false;
};

struct CannotTell {
    std::string why;
    // Something equal is there, ours if our clock was wrong then: only a person has it sent again.
    bool may_be_there = false;
};

using Sight = std::variant<There, Absent, CannotTell>;

// ---- connecting

// What a person gave; secrets never come from an argument.
struct ConnectRequest {
    std::string name;                           // of the account, may be empty
    std::string identifier;                     // handle, folder …
    std::string base_url;                       // server or webhook URL, may be empty
    Secret secret;                              // app password, access token, signing secret
    std::map<std::string, std::string> config;  // defaults of the installation for this driver
};

struct Identity {
    std::string remote_id;
    std::string handle;
    std::string base_url;
    std::string config;  // JSON object
    Credentials credentials;
    std::string scopes{};  // as they were granted, separated by blanks; empty: not known
    std::string title{};   // what people call it, where the handle does not say it: "Acme (page)"
};

// What `connect` asks for, in the order it asks.
struct Field {
    std::string_view name;  // "identifier", "base_url", "secret"
    std::string_view label;
    std::string_view environment;  // for secrets: the variable that answers the question
    bool is_required;
};

// An option of a version for one platform, as `options` of an override may hold it.
struct Option {
    std::string_view name;
    // The words it may be, separated by blanks; "URL": an address (option.h); empty: any text.
    std::string_view values;
    std::string_view label{};  // for people: "Who may reply"
};

// What a platform lets one account publish: at most `most` parts in any `window`.
struct Rate {
    int most;
    Milliseconds window;
};

struct Tools {
    net::HttpClient& http;
    Clock& clock;
    Random& random;
};

// ---- signing in with a browser

// What an account may be connected for, and the least that has to be allowed for it.
struct SignInKind {
    std::string_view name;    // "person", "organization"
    std::string_view scopes;  // separated by blanks, in the platform's words
};

struct SignInAsk {
    Application application;
    std::string redirect_uri;
    std::string scopes;  // of the kind, separated by blanks
    std::string state;
    std::string challenge;  // PKCE, S256; empty where the platform has none
};

struct SignInCode {
    Application application;
    std::string redirect_uri;
    std::string kind;  // name of the SignInKind
    std::string code;
    Secret verifier;  // PKCE; empty where the platform has none
};

// The authorization code grant of a platform (OAuth 2.0). Like a driver it keeps no state and never
// retries: a code works once.
struct SignIn {
    std::span<const SignInKind> kinds;  // at least one; the first is taken when none is asked for
    bool has_pkce = false;
    // Whether the application needs a secret; one that lies on people's machines has none.
    bool is_confidential = false;
    // Whether browsers may be sent back to http://127.0.0.1; else only to an https address.
    bool takes_loopback = false;
    // Where to register the application, for people.
    std::string_view registration{};
    // Registers an application at an instance; nullptr where the settings hold one. Throws Error.
    Application (*enroll)(
        const std::string& base_url, const std::string& redirect_uri, const Tools& tools) = nullptr;
    // The page to open. No network.
    std::string (*authorize)(const SignInAsk& ask) = nullptr;
    // Trades the code for tokens and says who they may be: one identity, or several to choose from
    // (pages, organizations). Throws Error as connect.
    std::vector<Identity> (*exchange)(const SignInCode& code, const Tools& tools) = nullptr;
    // Tells the platform to forget the tokens; nullptr where it offers nothing. Throws Error.
    void (*revoke)(const Access& access, const Tools& tools) = nullptr;
    // Whether a token is renewed by itself (Meta) and not by a refresh token.
    bool renews_access = false;
    // Whether a refresh token works once, even when the answer to it is lost (X).
    bool spends_refresh = false;
};

// The kind of that name; the first for an empty one. Throws Error(invalid).
const SignInKind& kind_of(const SignIn& sign_in, std::string_view name);

// ---- after it is out

// What the platform counts of one published part; what it does not tell is not there. By name:
// "likes", "reposts", "replies", "quotes", "bookmarks", "impressions", "clicks", "reach", "saves".
using Metrics = std::map<std::string, std::int64_t>;

struct Driver {
    std::string_view id;
    std::string_view title;
    const Limits& limits;           // rules of text and media, also for platforms that only lint
    std::span<const Field> fields;  // empty: cannot be connected yet
    std::span<const Option> options;
    // Checks what was given with the platform and says who it is; nullptr where only a browser
    // connects. Throws Error.
    Identity (*connect)(const ConnectRequest& request, const Tools& tools);
    // New tokens for old; nullptr where tokens do not expire. Throws Error(platform_sign_in) when
    // only a person can help, Error(platform_unavailable) when it may work later.
    Credentials (*refresh)(const Access& access, const Tools& tools);
    // Who the account is, by asking the platform; throws as connect does.
    Identity (*check)(const Access& access, const Tools& tools);
    // The step to do now; nullopt when every part is out. No network, no side effect.
    std::optional<Step> (*next)(
        const Publication& publication,
        const Journal& journal,
        const Access& access,
        const Tools& tools);
    Outcome (*perform)(
        const Publication& publication,
        const Step& step,
        const Journal& journal,
        const Access& access,
        const Tools& tools);
    // Finds out about the journal's last step, which is unknown. Reads only, a few calls at most.
    // What the publication names as made by other posts is not it.
    Sight (*look)(
        const Publication& publication,
        const Journal& journal,
        const Access& access,
        const Tools& tools);
    // Takes a published part back, by its entry in the journal; what is gone already counts as
    // taken back. nullptr where the platform cannot. Throws Error as connect does.
    void (*remove)(const Entry& published, const Access& access, const Tools& tools) = nullptr;
    // Asks for the numbers of one published part. nullptr where none are offered. Throws as
    // connect.
    Metrics (*measure)(const Entry& published, const Access& access, const Tools& tools) = nullptr;
    // Each of its reads costs money, so they are off unless the installation allows them.
    bool charges_for_reads = false;
    // Those of one account, from its `config`; nullptr: those above with its numbers in "limits".
    Limits (*limits_for)(std::string_view config) = nullptr;
    // What publishing this costs, in millionths of a US dollar; nullptr: nothing. Pure.
    std::int64_t (*price_microdollars)(const Publication& publication) = nullptr;
    // Kept by the engine, so that the platform need not refuse.
    std::span<const Rate> rates{};
    // Posts of all accounts under way at the same time; 0: as many as the engine has workers.
    int at_once = 0;
    // How people connect it with a browser; nullptr where they do not.
    const SignIn* sign_in = nullptr;
    // Whether each server gives out ids of identities by itself: the same id at another server is
    // somebody else.
    bool has_ids_by_server = false;
    PostPlace posts{};                             // where they can be seen
    std::span<const std::string_view> promises{};  // in Identity::config: stay until taken back

    bool can_publish() const { return next != nullptr; }

    bool can_connect() const { return connect != nullptr || sign_in != nullptr; }
};

// All drivers in alphabetical order.
std::span<const Driver* const> all();
// `twitter` is accepted for `x`. nullptr when there is none.
const Driver* find(std::string_view id);
// Throws Error(invalid) that names the nearest one.
const Driver& get(std::string_view id);
// The same, and throws Error(invalid) for a platform this version only writes and checks posts for.
const Driver& get_connectable(std::string_view id);

}  // namespace caas::platform
