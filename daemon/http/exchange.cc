#include "daemon/http/exchange.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <variant>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/api/cors.h"
#include "daemon/http/answer_head.h"
#include "daemon/http/body.h"
#include "daemon/http/event_channel.h"
#include "daemon/http/forwarded.h"
#include "daemon/http/seat.h"

namespace caas::http {
namespace {

// Open for reading and at least `range` long; empty when it is not.
Descriptor open_range(const api::FileRange& range) {
    Descriptor file(::open(range.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));

    struct stat facts {};

    const bool is_usable = file && ::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode) &&
                           range.from <= static_cast<std::uint64_t>(facts.st_size) &&
                           range.length <= static_cast<std::uint64_t>(facts.st_size) - range.from;
    return is_usable ? std::move(file) : Descriptor();
}

// Forgets what the handler left unread of a body. What has not even arrived cannot be skipped, so
// the connection closes: its next bytes would be taken for a request.
void skip_body(Connection& connection) {
    const auto here = std::min<std::uint64_t>(connection.in.size(), connection.body_left);
    connection.in.erase(0, static_cast<std::size_t>(here));
    connection.body_left -= here;
    if (connection.body_left > 0)
        connection.closes_after_answer = true;
}

// A path that no route has may be a secret that somebody put in the wrong place: what is too long
// for an id or looks like a token is left out of the log.
std::string harmless_path(std::string_view path) {
    constexpr std::size_t longest = 40;
    std::string shown;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        const auto piece = path.substr(0, end);
        const bool is_secret =
            piece.size() > longest || piece.find("caas_") != piece.npos || piece.starts_with("eyJ");
        shown += is_secret ? std::string_view("…") : piece;
        shown += end < path.size() ? "/" : "";
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return shown;
}

// Of a request that was not understood, no more than what says who may read that.
net::Headers headers_of(const Connection& connection) {
    if (connection.head)
        return connection.head->headers;
    return {{"Origin", std::string(find_origin(connection.in))}};
}

api::Request take(
    Connection& connection,
    const Limits& limits,
    const Policy& policy,
    const Clock& clock,
    const std::stop_token& closing,
    std::atomic<std::size_t>& slow_bodies) {
    auto& head = *connection.head;
    api::Request request;
    request.method = head.method;
    request.target = head.path;
    request.query = head.query;
    request.remote_address = caller_address(connection.peer, head.headers, policy.trusted_proxies);
    request.headers = std::move(head.headers);
    request.stop = connection.ended.get_token();
    request.closing = closing;
    if (head.content_length.value_or(0) > 0)
        request.body =
            std::make_unique<SocketBody>(connection, limits, clock, closing, slow_bodies);
    return request;
}

}  // namespace

bool await_body(Connection& connection, const Limits& limits, const Clock& clock) {
    connection.deadline =
        clock.monotonic() + limits.time_for(limits.body_timeout, connection.body_left);
    return tell_to_continue(connection);
}

bool after_answer(Connection& connection, const Limits& limits, const Clock& clock) {
    connection.head.reset();
    connection.out = {};
    connection.was_told_to_continue = false;
    ++connection.served;
    if (!connection.closes_after_answer) {
        connection.phase = Connection::Phase::reading;
        connection.deadline = clock.monotonic() +
                              (connection.in.empty() ? limits.idle_timeout : limits.header_timeout);
        return true;
    }
    connection.in.clear();
    connection.phase = Connection::Phase::lingering;
    connection.deadline = clock.monotonic() + limits.linger_timeout;
    return ::shutdown(connection.socket.get(), SHUT_WR) == 0;
}

Exchange::Exchange(Parts parts) : parts_(std::move(parts)), seed_(parts_.random.number()) {}

// Sixteen digits that no other request of this process has, and hardly one of another: they tell
// requests apart and are no secret, so the kernel is not asked for chance each time. The mixing is
// that of SplitMix64 (Steele, Lea, Flood 2014), which maps no two numbers to one.
std::string Exchange::next_request_id() {
    auto mixed = seed_ + (requests_.fetch_add(1) + 1) * 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    mixed ^= mixed >> 31U;
    std::string text(16, '0');
    for (auto& digit : text) {
        digit = "0123456789abcdef"[mixed >> 60U];
        mixed <<= 4U;
    }
    return text;
}

void Exchange::log(Served& served, Monotonic since) const {
    served.duration = parts_.clock.monotonic() - since;
    if (parts_.on_served)
        parts_.on_served(served);
}

bool Exchange::send(Connection& connection) const {
    connection.deadline = parts_.clock.monotonic() + parts_.limits.write_timeout;
    switch (send_some(connection, parts_.limits)) {
        case Outgoing::Progress::done:
            return after_answer(connection, parts_.limits, parts_.clock);
        case Outgoing::Progress::blocked:
            connection.phase = Connection::Phase::writing;
            return true;
        case Outgoing::Progress::broken:
            break;
    }
    return false;
}

// What the API did not answer itself says as the API does who may read it.
template <typename Reason>
api::Response Exchange::refused(
    const Reason& reason, const std::string& request_id, const net::Headers& asked) const {
    auto response = answer(reason, request_id);
    const auto origin = std::ranges::find_if(
        asked, [](const net::Header& header) { return is_same_word(header.first, "origin"); });
    api::let_page_read(
        response.headers,
        origin == asked.end() ? std::string_view() : origin->second,
        parts_.policy.cors_origins);
    return response;
}

bool Exchange::refuse(Connection& connection, const Refusal& refusal) {
    const auto since = parts_.clock.monotonic();
    Served served;
    if (connection.head) {
        served.method = connection.head->method;
        served.route = harmless_path(connection.head->path);
    }
    served.status = refusal.status;
    served.caller = connection.peer;
    served.request_id = next_request_id();
    auto response = refused(refusal, served.request_id, headers_of(connection));
    auto& body = std::get<std::string>(response.body);
    const bool is_head = connection.head && connection.head->method == "HEAD";
    const Framing framing{body.size(), false, false};
    connection.closes_after_answer = true;
    connection.out = Outgoing(
        answer_head(response, framing, served.request_id, parts_.clock.now()),
        is_head ? std::string() : std::move(body));
    const bool is_there = send(connection);
    log(served, since);
    return is_there;
}

api::Response Exchange::ask_handler(api::Request& request, Served& served) const {
    try {
        return parts_.handler(request);
    } catch (const Error& error) {
        if (error.code() == Code::internal)
            served.fault = error.what();
        return refused(error, request.request_id, request.headers);
    } catch (const std::exception& fault) {
        served.fault = fault.what();
    } catch (...) {
        served.fault = "an exception of no known type";
    }
    return refused(Error(Code::internal, "internal"), request.request_id, request.headers);
}

bool Exchange::serve(Connection& connection) {
    const auto since = parts_.clock.monotonic();
    auto request =
        take(connection, parts_.limits, parts_.policy, parts_.clock, parts_.closing, slow_bodies_);
    Served served;
    served.method = request.method;
    served.request_id = request.request_id = next_request_id();
    served.caller = request.remote_address;
    connection.is_body_late = false;
    connection.closes_after_answer = !connection.head->keeps_alive;

    auto response = ask_handler(request, served);

    served.route = response.route.empty() ? harmless_path(request.target) : response.route;
    if (connection.is_body_late)
        response = refused(
            Refusal{408, "timeout", "The body of this request took too long to arrive", {}},
            served.request_id,
            request.headers);
    skip_body(connection);
    const bool is_there = reply(connection, request, std::move(response), served);
    log(served, since);
    return is_there;
}

bool Exchange::reply(
    Connection& connection, const api::Request& request, api::Response response, Served& served) {
    const bool has_body = request.method != "HEAD" && !is_bodyless(response.status);
    if (std::holds_alternative<api::EventStream>(response.body)) {
        const Seat seat(streams_);
        if (seat.number() <= parts_.limits.most_streams)
            return reply_with_stream(connection, response, has_body, served);
        response = refused(
            Refusal{503, "busy", "Too many event streams are open", "Ask again without a stream"},
            served.request_id,
            request.headers);
    }
    served.status = response.status;
    if (response.status == 0)
        return false;
    if (std::holds_alternative<api::FileRange>(response.body))
        return reply_with_file(connection, request, response, has_body, served);
    auto& body = std::get<std::string>(response.body);
    const Framing framing{body.size(), false, !connection.closes_after_answer};
    connection.out = Outgoing(
        answer_head(response, framing, served.request_id, parts_.clock.now()),
        has_body ? std::move(body) : std::string());
    return send(connection);
}

bool Exchange::reply_with_file(
    Connection& connection,
    const api::Request& request,
    const api::Response& response,
    bool has_body,
    Served& served) {
    const auto& range = std::get<api::FileRange>(response.body);
    auto file = open_range(range);
    if (!file) {
        auto missing = refused(
            Error(Code::not_found, "The file is not there any more"),
            served.request_id,
            request.headers);
        served.status = missing.status;
        auto& body = std::get<std::string>(missing.body);
        const Framing framing{body.size(), false, !connection.closes_after_answer};
        connection.out = Outgoing(
            answer_head(missing, framing, served.request_id, parts_.clock.now()),
            has_body ? std::move(body) : std::string());
        return send(connection);
    }
    const Framing framing{range.length, false, !connection.closes_after_answer};
    connection.out = Outgoing(
        answer_head(response, framing, served.request_id, parts_.clock.now()),
        std::move(file),
        range.from,
        has_body ? range.length : 0);
    return send(connection);
}

bool Exchange::reply_with_stream(
    Connection& connection, const api::Response& response, bool has_body, Served& served) {
    served.status = response.status;
    const auto& stream = std::get<api::EventStream>(response.body);
    const bool is_chunked = !connection.head->is_http_1_0;
    connection.closes_after_answer = connection.closes_after_answer || !is_chunked;
    const Framing framing{std::nullopt, is_chunked, !connection.closes_after_answer};
    EventChannel channel(
        connection.socket.get(),
        is_chunked,
        parts_.limits,
        parts_.clock,
        {connection.left.get_token(), parts_.closing, connection.ended.get_token()});
    const auto head = answer_head(response, framing, served.request_id, parts_.clock.now());
    if (!channel.write_raw(head))
        return false;
    bool is_whole = true;
    if (has_body && stream) {
        if (response.is_endless)
            parts_.on_stream(connection.id);
        try {
            stream([&channel](std::string_view bytes) { return channel.write(bytes); });
        } catch (const std::exception& fault) {
            served.fault = fault.what();
            is_whole = false;
        } catch (...) {
            served.fault = "an exception of no known type";
            is_whole = false;
        }
        // Without its last chunk the reader knows that something is missing.
        if (!is_whole || !channel.finish())
            return false;
    }
    return after_answer(connection, parts_.limits, parts_.clock);
}

}  // namespace caas::http
