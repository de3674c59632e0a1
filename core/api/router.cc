#include "core/api/router.h"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <strings.h>

#include "core/access/audit.h"
#include "core/api/browser.h"
#include "core/api/etag.h"
#include "core/api/idempotency.h"
#include "core/api/key_form.h"
#include "core/api/listeners.h"
#include "core/api/lockout.h"
#include "core/api/openapi.h"
#include "core/api/problem.h"
#include "core/api/rate.h"
#include "core/api/route_match.h"
#include "core/api/standing.h"
#include "core/api/tally.h"
#include "core/base/error.h"

namespace caas::api {
namespace {

constexpr std::string_view json_type = "application/json";

// Names of media types have no case; parameters may follow (RFC 9110, 8.3.1).
bool is_json(std::string_view type) {
    const auto name = type.substr(0, type.find_first_of("; \t"));
    return name.size() == json_type.size() &&
           strncasecmp(name.data(), json_type.data(), json_type.size()) == 0;
}

std::string without(std::string text, const std::filesystem::path& folder, std::string_view word) {
    const auto name = folder.string();
    for (auto at = text.find(name); !name.empty() && at != std::string::npos; at = text.find(name))
        text.replace(at, name.size(), word);
    return text;
}

// Where files lie on this machine is nothing for those who are elsewhere.
Error without_folders(const Error& error, const flow::Tools& tools) {
    const auto clean = [&](const std::string& text) {
        return without(without(text, tools.data, "(data)"), tools.share, "(share)");
    };
    Error out(error.code(), clean(error.what()), clean(error.hint()), error.details());
    out.retry_after(error.retry_after_s());
    if (error.is_undecided())
        out.leave_undecided();
    return out;
}

bool shows_token(const Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.header("Authorization").value_or("");
    return header.size() > scheme.size() &&
           strncasecmp(header.data(), scheme.data(), scheme.size()) == 0;
}

bool is_open(const Match& found) {
    return found.route != nullptr && found.route->access == Access::open;
}

// The same whatever is wrong with a token, so that nobody learns which there ever were.
Error not_let_in(const Request& request) {
    if (shows_token(request))
        return {
            Code::unauthenticated,
            "This token is not valid, or not any more",
            "it may have expired or been revoked; make another with `caas token create`, or sign "
            "in again"};
    return {
        Code::unauthenticated,
        "This needs a token",
        "make one with `caas token create` and send it as `Authorization: Bearer …`"};
}

// RFC 6750, 3.1: tells clients that asking again with the same token is in vain.
std::string_view challenge_of(
    const Match& found, const Request& request, const std::optional<access::Principal>& principal) {
    const bool is_bad_token = !principal && !is_open(found) && shows_token(request);
    return is_bad_token ? R"(Bearer error="invalid_token")" : "Bearer";
}

// Names the state that is shown, unless the handler did, and does not send it again to whoever has
// it.
Response with_etag(const Route& route, const Request& request, Response response) {
    const auto* body = std::get_if<std::string>(&response.body);
    const bool is_read = is_tagged(route) && response.status == 200;
    const bool is_thing = route.has_etag && route.method != "DELETE" && response.status < 300;
    const bool is_named = std::ranges::any_of(
        response.headers, [](const auto& header) { return header.first == "ETag"; });
    if (body == nullptr || is_named || !(is_read || is_thing))
        return response;
    auto etag = etag_of(*body);
    const auto known = is_read ? request.header("If-None-Match") : std::nullopt;
    if (known && has_etag(*known, etag)) {
        response.status = 304;
        response.body = std::string();
        std::erase_if(
            response.headers, [](const auto& header) { return header.first == "Content-Type"; });
    }
    response.headers.emplace_back("ETag", std::move(etag));
    return response;
}

}  // namespace

std::string Call::bytes(std::uint64_t most) const {
    std::string text;
    if (!request.body)
        return text;
    const auto announced = request.body->length().value_or(0);
    constexpr std::uint64_t most_piece = 64U << 10U;
    std::string piece(announced > 0 ? std::min(announced, most_piece) : most_piece, '\0');
    while (announced <= most) {
        const auto count = request.body->read(piece);
        if (count == 0 || text.size() > most)
            break;
        text.append(piece, 0, count);
    }
    if (announced > most || text.size() > most)
        throw Error(
            Code::too_large,
            "The request is larger than " + std::to_string(most >> 10U) + " KiB",
            "send a shorter text");
    return text;
}

Json Call::json() const {
    if (!is_json(request.header("Content-Type").value_or(std::string(json_type))))
        throw Error(
            Code::unsupported_media_type,
            "The body must be JSON",
            "send the header Content-Type: application/json");
    const auto text = bytes(most_body_bytes);
    if (text.empty())
        return Json::object();
    return json::parse_strictly(text, "The request body");
}

bool Call::has_match() const {
    return request.header("If-Match").has_value();
}

void Call::require_match(const Json& current) const {
    const auto wanted = request.header("If-Match");
    if (wanted && !has_etag(*wanted, etag_of(json::dump(current))))
        throw Error(
            Code::stale,
            "This was changed since you read it",
            "read it again, look at what changed, and send the new ETag");
}

const std::string& Call::id(std::string_view name) const {
    return path.find(name)->second;
}

void Call::record(
    store::Transaction& transaction,
    std::string_view action,
    std::string_view target,
    const Json& detail) const {
    access::record(
        transaction,
        tools().clock.now(),
        access::actor_of(principal),
        principal.organization.text(),
        {action, std::string(target)},
        detail);
}

Router::Router(const Context& context)
    : context_(context),
      rates_(std::make_unique<RateLimiter>(context.tools)),
      listeners_(std::make_unique<Listeners>()),
      tally_(std::make_unique<Tally>()) {}

Router::~Router() = default;

Response Router::handle(Request& request, const std::optional<access::Principal>& principal) const {
    if (request.request_id.empty())
        request.request_id = context_.tools.ids.text();
    const auto since = context_.tools.clock.monotonic();
    const auto found = match(request.method, request.target);
    Response response;
    net::Headers headers;  // that go with the answer, whatever it is
    try {
        response = dispatch(found, request, principal, headers);
    } catch (const Error& e) {
        if (e.is_undecided())
            context_.tools.log.write(
                Level::error,
                "request.undecided",
                {{"request_id", request.request_id}, {"why", e.what()}});
        const bool is_local = principal && principal->is_local_owner;
        response = problem(
            is_local ? e : without_folders(e, context_.tools),
            request.request_id,
            challenge_of(found, request, principal));
    } catch (const std::exception& e) {
        context_.tools.log.write(
            Level::error,
            "request.failed",
            {{"request_id", request.request_id}, {"why", e.what()}});
        response = problem(unexpected(), request.request_id);
    }
    if (found.route != nullptr)
        response.route = found.route->pattern;
    else if (response.status == facts(Code::method_not_allowed).http_status)
        response.headers.emplace_back("Allow", found.allowed);
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    response.headers.emplace_back("X-Request-Id", request.request_id);
    add_browser_headers(response, request, context_.tools.settings);
    tally_->note(response.status, context_.tools.clock.monotonic() - since);
    return response;
}

Response Router::dispatch(
    const Match& found,
    Request& request,
    const std::optional<access::Principal>& principal,
    net::Headers& headers) const {
    const auto& settings = context_.tools.settings;
    if (auto preflight = answer_preflight(request, settings, found.allowed))
        return *std::move(preflight);
    const bool needs_no_token = is_open(found);
    if (!principal && !needs_no_token)
        throw not_let_in(request);
    if (found.route == nullptr && !found.allowed.empty())
        throw Error(
            Code::method_not_allowed,
            request.method.substr(0, 40) + " is not possible here",
            found.allowed);
    if (found.route == nullptr)
        throw Error(Code::not_found, "There is no such route", "paths begin with /api/v1/");
    const auto& route = *found.route;
    refuse_forged(request, settings);
    auto path = parameters_of(route.pattern, request.target);
    const auto acting = needs_no_token ? principal.value_or(access::Principal{})
                                       : stand(context_, request, route, path, *principal);
    if (!needs_no_token && !access::allows(acting, route.action))
        throw access::refusal(acting, route.action);
    if (!needs_no_token)
        rates_->take(route, acting, headers);
    if (heeds_locks(route))
        require_unlocked(context_, acting, route, path);
    if (!route.has_etag && route.method != "GET" && request.header("If-Match").value_or("*") != "*")
        throw Error(
            Code::bad_request,
            "If-Match is not possible here: this route compares no state",
            "leave it out");
    Call call{
        context_,
        request,
        acting,
        std::move(path),
        Query(request.query),
        route.most_body_bytes,
        listeners_.get(),
        tally_.get()};
    if (!request.query.empty() && !route.takes_any_query)
        call.query.require_only(query_names(route));
    const auto key = takes_key(route) ? request.header("Idempotency-Key") : std::nullopt;
    return with_etag(
        route, request, key ? handle_once(route, call, require_key(*key)) : route.handle(call));
}

}  // namespace caas::api
