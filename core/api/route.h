// The route table: each row is one operation of the API, served alike to the command line in
// process and to HTTP. One file per resource exports its rows; routes.cc joins them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/api/query.h"
#include "core/api/request.h"
#include "core/api/response.h"
#include "core/base/error.h"
#include "core/flow/people.h"
#include "core/flow/tools.h"

namespace caas::api {

// What the routes need besides the data: how the rest of the process is doing.
struct Vital {
    std::string version;
    bool is_daemon_running = false;  // in this process or another one on the same data
    std::string daemon;              // what it says of itself: process and address
    bool is_scheduler_idle = false;  // nothing claimed, nothing running
};

class Listeners;
class Tally;

// Everything a handler may use; made once by the composition root, which outlives the router.
struct Context {
    const flow::Tools& tools;
    std::function<void()> wake;  // something became due or changed: tell the engines
    std::function<Vital()> vital;
    // Delivers one due post in this process, for whoever waits this long for it; empty where an
    // engine does it by itself. Throws Error(unconfirmed) when its outcome cannot be written down.
    std::function<void(const PostId&, Milliseconds most, const std::stop_token&)> deliver;
    // How people sign in; null where nobody can.
    const flow::People* people = nullptr;
    // Mail was put in the queue: see that it goes out.
    std::function<void()> post{};
    // An event of Stripe was accepted: see that it is worked on.
    std::function<void()> bill{};
};

// One request on its way through a handler. For one thread.
struct Call {
    const Context& context;
    Request& request;
    const access::Principal& principal;
    std::map<std::string, std::string, std::less<>> path;  // {id} and the like, decoded
    Query query;
    std::uint64_t most_body_bytes;
    Listeners* listeners = nullptr;  // who waits for events in this process
    Tally* tally = nullptr;          // of this process

    const flow::Tools& tools() const { return context.tools; }

    // The body as it came. Throws Error(too_large) beyond `most`, of which nothing is read when its
    // length says so, and what BodySource::read throws.
    std::string bytes(std::uint64_t most) const;
    // The body as JSON. Throws Error: unsupported_media_type, too_large, bad_request.
    Json json() const;
    // Throws Error(stale) when the caller named a state of the thing with If-Match and `current`,
    // the thing as GET shows it now, is another. To be asked in the transaction that changes it.
    void require_match(const Json& current) const;
    // Whether there is such a name at all, so that `current` need not be made in vain.
    bool has_match() const;
    const std::string& id(std::string_view name = "id") const;
    // Tells the audit log of the acting organization what the caller does to `target`, in the
    // transaction that does it (access/audit.h).
    void record(
        store::Transaction& transaction,
        std::string_view action,
        std::string_view target,
        const Json& detail) const;
};

enum class Access : std::uint8_t { open, signed_in };

// The longest body of somebody who has not signed in: all that the server collects before it gives
// a request to a thread (http::Limits), so that a slow sender without a name holds none.
inline constexpr std::uint64_t most_stranger_bytes = 64U << 10U;

// Which of a plan's limits a call counts against (share/plans.toml); by_method: reading or writing.
enum class Rate : std::uint8_t { by_method, none, read, write, generate };

// A set of error codes, written as a list: `.codes = {Code::conflict}`.
class Codes {
  public:
    constexpr Codes() = default;

    constexpr Codes(std::initializer_list<Code> codes) {
        for (const auto code : codes)
            bits_.at(place(code)) |= bit(code);
    }

    constexpr bool has(Code code) const { return (bits_.at(place(code)) & bit(code)) != 0; }

    constexpr Codes with(Codes others) const {
        for (std::size_t i = 0; i < bits_.size(); ++i)
            others.bits_.at(i) |= bits_.at(i);
        return others;
    }

  private:
    static constexpr std::size_t width = 64;

    static constexpr std::size_t place(Code code) { return static_cast<std::size_t>(code) / width; }

    static constexpr std::uint64_t bit(Code code) {
        return std::uint64_t{1} << (static_cast<std::size_t>(code) % width);
    }

    std::array<std::uint64_t, 2> bits_{};
};

// What providers answer with, of which no route is spared that has something written.
inline constexpr Codes provider_codes{
    Code::provider_key,
    Code::provider_quota,
    Code::provider_rate_limited,
    Code::provider_blocked,
    Code::provider_too_long,
    Code::provider_cut_off,
    Code::provider_malformed,
    Code::provider_timeout,
    Code::provider_unavailable,
    Code::provider_refused,
    Code::canceled};

// What platforms answer with when an account is asked for.
inline constexpr Codes platform_codes{
    Code::conflict,
    Code::platform_refused,
    Code::platform_unavailable,
    Code::platform_sign_in,
    Code::canceled};

// What may be wrong with posts that are ordered.
inline constexpr Codes order_codes{Code::conflict, Code::content_rejected, Code::not_found};

// One operation: what it does and all that the OpenAPI document says of it (openapi.h), written
// with designated initializers. A new route is one such row, and a schema in core/api/schema/ where
// none fits; tests/core/api/openapi_test.cc refuses a row that says too little.
struct Route {
    std::string_view method;
    std::string_view pattern;  // "/api/v1/posts/{id}"
    Access access = Access::signed_in;
    access::Action action = access::Action::none;  // looked up in the role and scope tables;
                                                   // unused when open
    Response (*handle)(Call& call) = nullptr;
    std::string_view summary{};  // one line, for `caas api` and the OpenAPI document
    std::uint64_t most_body_bytes = 1U << 20U;

    std::string_view id{};  // of the operation, "add_content": what clients call their function
    // Names in core/api/schema/: parameters of the query in parameters.json, separated by blanks;
    // the body, empty when it takes none; the answer, empty when it has no content. "Post[]" is a
    // list of them with its next_cursor. Examples stand with the schemas.
    std::string_view query{};
    bool takes_any_query = false;  // who calls adds parameters of their own, so none is refused
    std::string_view body{};
    std::string_view body_type = "application/json";
    std::string_view answer{};
    std::string_view media_type = "application/json";  // of the answer; several: with blanks
    int status = 200;                                  // of the answer, when all is well
    // Where it may also be this; empty: it may not.
    std::string_view other_answer{};
    int other_status = 0;
    Codes codes{};               // of errors, besides those that its other members bring about
    bool is_idempotent = false;  // a POST or PATCH that changes nothing more when it is repeated
    // If-Match is heeded: the handler calls Call::require_match; the answer, unless the thing is
    // gone, is the thing as GET shows it. Elsewhere If-Match is refused as a bad request.
    bool has_etag = false;
    bool has_ranges = false;  // of a file: Range is heeded, with 206 or 416
    bool can_stream = false;  // ?stream=1 answers with server-sent events
    Rate rate = Rate::by_method;
    // It stops something, takes it away or says what became of it: locks do not stand in its way
    // (lockout.h). DELETE needs no word.
    bool stops = false;
};

// The codes a route may answer with, with those that come from its method, access and body.
Codes codes_of(const Route& route);
// By its method where the row says nothing else.
Rate rate_of(const Route& route);
bool is_idempotent(const Route& route);
// Whether it is read with an ETag, and not sent again to whoever has that. Nothing tells how the
// daemon is but asking it.
bool is_tagged(const Route& route);

// How long a body may be, for whoever reads it before the router does: that of the longest route.
std::uint64_t most_body_bytes(std::string_view method, std::string_view path);

// All routes, each resource's in the order of its file.
const std::vector<Route>& routes();

std::span<const Route> content_routes();
std::span<const Route> generate_routes();
std::span<const Route> lint_routes();
std::span<const Route> post_routes();
std::span<const Route> published_routes();
std::span<const Route> calendar_routes();
std::span<const Route> account_routes();
std::span<const Route> oauth_routes();
std::span<const Route> slot_routes();
std::span<const Route> series_routes();
std::span<const Route> auth_routes();
std::span<const Route> auth_proof_routes();
std::span<const Route> device_routes();
std::span<const Route> mail_page_routes();
std::span<const Route> token_routes();
std::span<const Route> workspace_routes();
std::span<const Route> voice_routes();
std::span<const Route> organization_routes();
std::span<const Route> member_routes();
std::span<const Route> invitation_routes();
std::span<const Route> audit_routes();
std::span<const Route> admin_routes();
std::span<const Route> billing_routes();
std::span<const Route> usage_routes();
std::span<const Route> event_routes();
std::span<const Route> media_routes();
std::span<const Route> subscribe_routes();
std::span<const Route> stripe_routes();
std::span<const Route> meta_routes();
std::span<const Route> metrics_routes();
std::span<const Route> documentation_routes();

}  // namespace caas::api
