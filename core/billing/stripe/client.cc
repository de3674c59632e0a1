#include "core/billing/stripe/client.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/net/retry_after.h"

namespace caas::billing::stripe {
namespace {

// stripe-node's maxNetworkRetries, how long it waits for an answer, which may come whole at the
// end, and how long before each retry (wire/captures, stripe-sdk-behaviour.json).
constexpr int most_tries = 3;
constexpr std::chrono::seconds longest_call{80};
constexpr double first_wait_s = 0.5;
constexpr double most_wait_s = 2;
constexpr Milliseconds longest_hint = std::chrono::seconds(60);

Milliseconds own_wait(int tries, Random& random) {
    const auto most = std::min(first_wait_s * std::pow(2.0, tries - 2), most_wait_s);
    const auto seconds = std::max(first_wait_s, most * 0.5 * (1 + random.fraction()));
    return Milliseconds(std::llround(seconds * 1000));
}

std::optional<Milliseconds> hint_of(const net::Response& response, Instant now) {
    const auto hint = net::retry_after(response, now);
    return hint && *hint <= longest_hint ? hint : std::nullopt;
}

bool may_retry(const net::Result& result) {
    const auto* response = std::get_if<net::Response>(&result);
    if (response == nullptr) {
        using Kind = net::Failure::Kind;
        const auto kind = std::get<net::Failure>(result).kind;
        return kind != Kind::bad_url && kind != Kind::refused_address && kind != Kind::canceled;
    }
    const auto advice = response->header("Stripe-Should-Retry").value_or("");
    if (advice == "true" || advice == "false")
        return advice == "true";
    // A rate limit is tried again only when Stripe says so.
    return response->status == 409 || response->status >= 500;
}

Refusal refusal_of(const net::Result& result) {
    Refusal out;
    const auto* response = std::get_if<net::Response>(&result);
    if (response == nullptr)
        return out;
    out.status = response->status;
    out.request_id = response->header("Request-Id").value_or("");
    const auto body = json::try_parse(response->body);
    const auto* error = body ? json::find(*body, "error") : nullptr;
    if (error == nullptr)
        return out;
    out.type = json::text_or(*error, "type", "");
    out.code = json::text_or(*error, "code", "");
    out.param = json::text_or(*error, "param", "");
    out.message = json::text_or(*error, "message", "");
    return out;
}

// Its words for a request that was wrong may quote what was sent, so they stay here; the code and
// the id of the request tell the operator all, in Stripe's own log.
std::string words_of(const Refusal& refusal) {
    std::string out = refusal.code.empty() ? refusal.type : refusal.code;
    if (out.empty())
        out = "status " + std::to_string(refusal.status);
    if (!refusal.param.empty())
        out += ", " + refusal.param;
    if (!refusal.request_id.empty())
        out += ", request " + refusal.request_id;
    return out;
}

[[noreturn]] void refuse(const net::Result& result) {
    auto refusal = refusal_of(result);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        throw CallError(
            Code::platform_unavailable,
            "Stripe cannot be reached: " + failure->message,
            "Try again in a moment.",
            std::move(refusal));
    const auto words = words_of(refusal);
    const auto status = refusal.status;
    if (refusal.type == "card_error")
        throw CallError(
            Code::platform_refused,
            "The payment was declined: " + refusal.message,
            "Use another card, or ask the bank: caas billing portal",
            std::move(refusal));
    if (status == 401 || status == 403)
        throw CallError(
            Code::platform_refused,
            "Stripe does not accept the key of this installation (" + words + ")",
            "Its operator sets stripe.secret_key or STRIPE_SECRET_KEY.",
            std::move(refusal));
    if (status == 409 || status == 424 || status == 429 || status >= 500)
        throw CallError(
            Code::platform_unavailable,
            "Stripe does not answer just now (" + words + ")",
            "Try again in a moment.",
            std::move(refusal));
    throw CallError(
        Code::platform_refused, "Stripe refused this (" + words + ")", "", std::move(refusal));
}

}  // namespace

bool Client::is_live() const {
    const auto& key = key_.reveal();
    return key.starts_with("sk_live_") || key.starts_with("rk_live_");
}

Json Client::get(std::string_view path, const net::Pairs& query) const {
    net::Request request;
    request.url = net::with_query(net::join(base_url_, path), query);
    return ask(std::move(request), path);
}

Json Client::post(std::string_view path, const net::Pairs& form, std::string_view key) const {
    net::Request request;
    request.method = "POST";
    request.url = net::join(base_url_, path);
    request.headers = {
        {"Content-Type", "application/x-www-form-urlencoded"},
        {"Idempotency-Key", std::string(key)}};
    request.body = net::form_encode(form);
    request.is_create = true;
    return ask(std::move(request), path);
}

Json Client::remove(std::string_view path, const net::Pairs& query) const {
    net::Request request;
    request.method = "DELETE";
    request.url = net::with_query(net::join(base_url_, path), query);
    return ask(std::move(request), path);
}

Json Client::ask(net::Request request, std::string_view path) const {
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("Authorization", "Bearer " + key_.reveal());
    request.headers.emplace_back("Stripe-Version", api_version);
    request.stop = stop_;
    request.total_timeout = longest_call;
    request.stall_timeout = longest_call;
    for (int tries = 1;; ++tries) {
        const auto result = seams_.http.send(request);
        const auto* response = std::get_if<net::Response>(&result);
        const bool is_success =
            response != nullptr && response->status >= 200 && response->status < 300;
        if (is_success) {
            if (auto body = json::try_parse(response->body); body && body->is_object())
                return *std::move(body);
        } else {
            const auto* failure = std::get_if<net::Failure>(&result);
            seams_.log.write(
                Level::warn,
                "stripe.refused",
                {{"method", request.method},
                 {"path", std::string(path)},
                 {"why", failure != nullptr ? failure->message : words_of(refusal_of(result))},
                 {"try", std::to_string(tries)}});
        }
        if (stop_.stop_requested())
            throw Error(Code::canceled, "Stopped while talking to Stripe");
        // An answer that was cut off, or is a page of a proxy, is as good as none.
        const auto now = seams_.clock.now();
        if (tries == most_tries || !(is_success || may_retry(result))) {
            if (is_success)
                throw CallError(
                    Code::platform_unavailable,
                    "Stripe's answer could not be understood",
                    "Try again in a moment.",
                    {});
            refuse(result);
        }
        auto wait = own_wait(tries, seams_.random);
        if (response != nullptr)
            wait = std::max(wait, hint_of(*response, now).value_or(Milliseconds(0)));
        if (!seams_.clock.sleep(wait, stop_))
            throw Error(Code::canceled, "Stopped while waiting for Stripe");
    }
}

}  // namespace caas::billing::stripe
