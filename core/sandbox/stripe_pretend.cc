#include "core/sandbox/stripe_pretend.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/net/url.h"
#include "core/sandbox/stripe_answer.h"

namespace caas::sandbox {
namespace {

constexpr std::string_view version = "2026-10-28.endive";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::size_t most_key_bytes = 255;
constexpr Seconds key_life = 24 * 3600;

StripeRefusal invalid(std::string code, std::string param, std::string message) {
    return {400, "invalid_request_error", std::move(code), std::move(param), std::move(message)};
}

net::Response refusal_response(const StripeRefusal& refusal) {
    return json_response(refusal.status, render_stripe(refusal));
}

}  // namespace

std::string sign_stripe_event(
    const std::vector<Secret>& secrets, Seconds time, std::string_view body) {
    auto out = "t=" + std::to_string(time);
    const auto text = std::to_string(time) + "." + std::string(body);
    for (const auto& secret : secrets)
        out += ",v1=" + to_hex(hmac_sha256(secret.reveal(), text));
    return out;
}

void PretendStripe::advance_to(Instant then) {
    with([&](StripeWorld& world) {
        world.advance_to(std::chrono::floor<std::chrono::seconds>(then).time_since_epoch().count());
    });
}

Instant PretendStripe::now() const {
    const std::scoped_lock lock(mutex());
    return Instant(std::chrono::seconds(world_.now()));
}

void PretendStripe::hold_keys(int requests) {
    const std::scoped_lock lock(mutex());
    held_ = requests;
}

std::vector<StripeEvent> PretendStripe::events(std::size_t first) const {
    const std::scoped_lock lock(mutex());
    const auto& all = world_.events;
    return {all.begin() + static_cast<std::ptrdiff_t>(std::min(first, all.size())), all.end()};
}

std::vector<std::string> PretendStripe::asked() const {
    const std::scoped_lock lock(mutex());
    return asked_;
}

net::Response PretendStripe::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    const auto path = url ? url->path : std::string();
    const auto& input = request.method == "POST" ? request.body : (url ? url->query : request.body);
    asked_.push_back(request.method + " " + path + "?" + input);
    net::Response response;
    try {
        response = serve(request, path, input);
    } catch (const StripeRefusal& refusal) {
        response = refusal_response(refusal);
    }
    response.headers.emplace_back("Request-Id", "req_" + std::to_string(++requests_));
    response.headers.emplace_back("Stripe-Version", version);
    return response;
}

// What is refused before anything is done is not kept under the key.
net::Response PretendStripe::serve(
    const net::Request& request, std::string_view path, const std::string& input) {
    if (bearer_of(request) != key_.reveal())
        throw StripeRefusal{401, "invalid_request_error", "", "", "Invalid API Key provided"};
    const auto wanted = header_of(request, "Stripe-Version");
    if (wanted != version)
        throw invalid("", "", "Invalid Stripe API version: " + wanted);
    const auto operation = find_stripe_operation(request.method, path);
    if (!operation)
        throw StripeRefusal{
            404,
            "invalid_request_error",
            "",
            "",
            "Unrecognized request URL (" + request.method + ": " + std::string(path) + ")"};
    const bool is_post = request.method == "POST";
    if (is_post && header_of(request, "Content-Type") != form_type)
        throw invalid("", "", "The Content-Type is not " + std::string(form_type));
    const auto pairs = read_stripe_form(input);
    if (!pairs)
        throw invalid("", "", "The form cannot be read");
    if (const auto unknown = unknown_stripe_parameter(*operation, *pairs); !unknown.empty())
        throw invalid("parameter_unknown", unknown, "Received unknown parameter: " + unknown);
    const auto key = header_of(request, "Idempotency-Key");
    if (!is_post)
        return json_response(200, answer_stripe(world_, *operation, *pairs));
    // Stripe lets it be missing; whoever pays must not.
    if (key.empty() || key.size() > most_key_bytes)
        throw invalid("", "", "The Idempotency-Key is missing or too long");
    std::erase_if(kept_, [&](const auto& one) { return one.second.at + key_life <= world_.now(); });
    const auto text = std::string(path) + "?" + input;
    if (const auto at = kept_.find(key); at != kept_.end()) {
        if (at->second.request != text)
            throw StripeRefusal{
                400,
                "idempotency_error",
                "",
                "",
                "Keys for idempotent requests can only be used with the same parameters"};
        if (held_ > 0) {
            --held_;
            throw StripeRefusal{
                409,
                "invalid_request_error",
                "idempotency_key_in_use",
                "",
                "Another request with this Idempotency-Key is in progress"};
        }
        auto again = at->second.response;
        again.headers.emplace_back("Idempotent-Replayed", "true");
        return again;
    }
    net::Response response;
    try {
        response = json_response(200, answer_stripe(world_, *operation, *pairs));
    } catch (const StripeRefusal& refusal) {
        if (refusal.type != "card_error")
            throw;
        response = refusal_response(refusal);
    }
    response.headers.emplace_back("Idempotency-Key", key);
    kept_[key] = {text, response, world_.now()};
    return response;
}

std::optional<net::Response> PretendStripe::refuse(PlatformFault fault) {
    if (fault != PlatformFault::rate_limit)
        return std::nullopt;
    auto response =
        refusal_response({429, "invalid_request_error", "rate_limit", "", "Too many requests"});
    response.headers.emplace_back("Stripe-Should-Retry", "true");
    return response;
}

}  // namespace caas::sandbox
