#include "cli/http_transport.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>
#include <strings.h>

#include "cli/event_sink.h"
#include "cli/server_address.h"
#include "cli/stranger.h"
#include "core/api/openapi.h"
#include "core/api/route_match.h"
#include "core/base/error.h"

namespace caas::cli {
namespace {

using Kind = net::Failure::Kind;

// Longer than any `?wait=` and than the daemon's own patience with a model.
constexpr auto longest = std::chrono::minutes(10);
constexpr auto longest_upload = std::chrono::hours(24);
constexpr auto longest_silence = std::chrono::minutes(3);
// Between a lost answer and the next sending: together long enough for a daemon to start anew.
constexpr std::array<Milliseconds, 4> pauses{
    Milliseconds(1000), Milliseconds(2000), Milliseconds(4000), Milliseconds(8000)};
// Where a network swallows everything each sending takes its longest silence: two are enough.
constexpr auto longest_repeating = std::chrono::minutes(5);
constexpr std::string_view key_name = "Idempotency-Key";

// What it does to send the same request again.
struct Manner {
    bool is_change = true;
    bool takes_key = false;    // under the same key it does nothing more
    bool is_harmless = false;  // it does nothing more under any key
};

Manner manner_of(const Ask& ask) {
    if (ask.method == "GET")
        return {false, false, true};
    const auto target = target_of(ask.path);
    const auto* route = api::match(ask.method, target.substr(0, target.find('?'))).route;
    if (route == nullptr)
        return {};
    // Who only signs in does so as often as they like.
    const bool is_open = route->access == api::Access::open;
    return {true, api::takes_key(*route), is_open || api::is_idempotent(*route)};
}

bool names_key(const Ask& ask) {
    return std::ranges::any_of(ask.headers, [](const auto& header) {
        return header.first.size() == key_name.size() &&
               strncasecmp(header.first.data(), key_name.data(), key_name.size()) == 0;
    });
}

// A sending that nothing, or nothing of caas, answered.
struct Lost {
    Code code = Code::unavailable;
    std::string what;
    std::string hint;         // what to do when it is certain that nothing was carried out
    bool may_be_done = true;  // whether it may have been
    bool is_passing = true;   // whether another sending may fare better
};

std::string hint_of(Kind kind) {
    switch (kind) {
        case Kind::resolve:
            return "is the name spelled as it should be, and this machine online?";
        case Kind::tls:
            return "does it speak https there? If its certificate is of your own authority, name "
                   "that one's file: CAAS_NET_CA_FILE, or ca_file in [net]";
        case Kind::too_large:
            return "ask for less at once, with --limit";
        case Kind::timeout:
            return "it is busy, or the network is: try again";
        default:
            return "is caasd running there, and the address right?";
    }
}

Code code_of(Kind kind) {
    switch (kind) {
        case Kind::timeout:
            return Code::timeout;
        case Kind::bad_url:
            return Code::usage;
        // Waiting mends neither.
        case Kind::tls:
        case Kind::too_large:
            return Code::internal;
        default:
            return Code::unavailable;
    }
}

Lost lost_by(const net::Failure& failure, const Manner& manner, const std::string& server) {
    if (failure.kind == Kind::canceled)
        return {
            Code::canceled, "Interrupted", {}, manner.is_change && failure.may_have_left, false};
    const bool is_passing = failure.kind == Kind::broken || failure.kind == Kind::timeout ||
                            failure.kind == Kind::connect || failure.kind == Kind::resolve;
    return {
        code_of(failure.kind),
        "No answer from " + server + " (" + failure.message + ")",
        hint_of(failure.kind),
        manner.is_change && failure.may_have_left,
        is_passing};
}

// Whether it leaves open what became of an earlier sending: that one is under way still (409 with
// Retry-After), or this one was turned away before its key was looked up.
bool is_evasive(const Answer& answer) {
    constexpr std::array passing{408, 429, 502, 503, 504, 507};
    if (answer.status == 409)
        return net::Response{409, answer.headers, {}}.header("Retry-After").has_value();
    return std::ranges::find(passing, answer.status) != passing.end();
}

// A script that is told to try again does so: that may be said only where it does no harm.
[[noreturn]] void give_up(
    const Lost& lost, const Manner& manner, bool may_be_done, bool has_own_key) {
    const std::string maybe = "the request may have been carried out";
    if (!may_be_done)
        throw Error(lost.code, lost.what, lost.hint);
    if (manner.is_harmless)
        throw Error(lost.code, lost.what, maybe + "; it does no harm to repeat it");
    if (manner.takes_key && has_own_key)
        throw Error(
            lost.code,
            lost.what,
            maybe + "; repeated with the same idempotency key it is not done twice");
    const bool says_try_again =
        facts(lost.code).exit_status == facts(Code::unavailable).exit_status;
    throw Error(
        says_try_again ? Code::unconfirmed : lost.code,
        lost.what,
        maybe + ": look before you repeat it");
}

}  // namespace

HttpTransport::HttpTransport(
    net::HttpClient& http,
    Clock& clock,
    IdMaker& ids,
    const std::string& server,
    Secret token,
    std::span<const std::string> plain_http_hosts)
    : http_(http),
      clock_(clock),
      ids_(ids),
      server_(server_address(server, plain_http_hosts)),
      token_(std::move(token)) {}

std::variant<Answer, net::Failure> HttpTransport::send_once(
    const Ask& ask, const std::string& key) {
    net::Request request;
    request.method = ask.method;
    request.url = net::with_query(server_ + target_of(ask.path), ask.query);
    request.headers = ask.headers;
    request.headers.emplace_back("Accept", ask.on_event ? "text/event-stream" : "application/json");
    if (!token_.empty())
        request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
    if (!key.empty())
        request.headers.emplace_back(key_name, key);
    if (!ask.body.empty() || ask.source)
        request.headers.emplace_back("Content-Type", ask.type);
    request.body = ask.body;
    request.source = ask.source;
    request.is_create = ask.method != "GET";
    // A long file takes its time; silence is what ends it.
    request.total_timeout = ask.source ? longest_upload : longest;
    request.stall_timeout = longest_silence;
    request.most_response_bytes = 64U << 20U;
    request.stop = ask.stop;
    std::optional<net::SseParser> sink;
    std::string plain;
    if (ask.on_event) {
        sink.emplace(event_sink(ask.on_event));
        request.on_data = [&](std::string_view bytes) {
            plain += bytes;
            return sink->feed(bytes);
        };
    }

    auto result = http_.send(request);

    if (auto* failure = std::get_if<net::Failure>(&result); failure != nullptr)
        return std::move(*failure);
    auto& response = std::get<net::Response>(result);
    Answer answer{response.status, std::move(response.headers), std::move(response.body)};
    if (sink && answer.status < 300) {
        sink->finish();
        answer.body = std::move(plain);
    }
    return answer;
}

Answer HttpTransport::send(const Ask& ask) {
    const auto manner = manner_of(ask);
    const bool has_own_key = names_key(ask);
    // A stream would begin anew before the eyes of whoever has read its first half.
    const bool may_repeat = manner.takes_key && !ask.on_event;
    const auto key = may_repeat && !has_own_key ? ids_.text() : std::string();
    const auto last_start = clock_.monotonic() + longest_repeating;
    bool may_be_done = false;
    for (std::size_t sent = 0;; ++sent) {
        auto result = send_once(ask, key);
        Lost lost;
        if (const auto* failure = std::get_if<net::Failure>(&result); failure != nullptr) {
            lost = lost_by(*failure, manner, server_);
        } else {
            auto& answer = std::get<Answer>(result);
            const bool is_lost = manner.is_change && is_lost_behind(answer);
            if (!is_lost && !(may_be_done && is_evasive(answer))) {
                require_caas(answer, server_);
                return std::move(answer);
            }
            lost.what = server_ + " answered with status " + std::to_string(answer.status) +
                        (is_lost ? ", and not as caas does" : "");
        }
        may_be_done = may_be_done || lost.may_be_done;
        const bool is_last = !may_repeat || !lost.is_passing || sent == pauses.size() ||
                             clock_.monotonic() > last_start;
        if (!may_be_done || is_last)
            give_up(lost, manner, may_be_done, has_own_key);
        if (!clock_.sleep(pauses.at(sent), ask.stop))
            give_up({Code::canceled, "Interrupted", {}}, manner, may_be_done, has_own_key);
    }
}

}  // namespace caas::cli
