// Calls Stripe as its official library does (stripe-node 23.1.0): a pinned version, forms, one try
// and two more with the same Idempotency-Key. Knows no object of Stripe; call.h does.
//
// Thread-safe. The seams must outlive it. The key is in no error and no line of the log.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"
#include "core/net/url.h"

namespace caas::billing::stripe {

// Of wire/ai-and-stripe.md, 1: fields move between versions, so all we read is of this one.
inline constexpr std::string_view api_version = "2026-10-28.endive";

// What Stripe said no with, or that it said nothing.
struct Refusal {
    int status = 0;    // 0: no answer
    std::string type;  // "card_error", "invalid_request_error" …
    std::string code;  // "resource_missing", "card_declined" …
    std::string param;
    std::string request_id;
    std::string message;  // Stripe's own words; only those of a card_error are for customers

    bool is_missing() const { return code == "resource_missing" || status == 404; }

    // Another request with the same Idempotency-Key is being worked on.
    bool is_key_in_use() const { return status == 409 && code == "idempotency_key_in_use"; }
};

// Error: platform_unavailable when it may work later, platform_refused when not.
class CallError : public Error {
  public:
    CallError(Code code, const std::string& message, std::string hint, Refusal refusal)
        : Error(code, message, std::move(hint)), refusal_(std::move(refusal)) {}

    const Refusal& refusal() const noexcept { return refusal_; }

    // Whether Stripe may have done it all the same: no answer, one of a proxy that says nothing of
    // it, or that it is being done just now.
    bool is_unknown() const noexcept {
        return refusal_.status == 0 || refusal_.is_key_in_use() ||
               (refusal_.status >= 500 && refusal_.type.empty());
    }

  private:
    Refusal refusal_;
};

class Client {
  public:
    struct Seams {
        net::HttpClient& http;
        Clock& clock;
        Random& random;
        Log& log;
    };

    // `base_url`: https://api.stripe.com, or where a test listens.
    Client(const Seams& seams, std::string base_url, Secret key)
        : seams_(seams), base_url_(std::move(base_url)), key_(std::move(key)) {}

    // Whether objects are real money's: by the key (sk_live_…, rk_live_…).
    bool is_live() const;

    // `path`: "/v1/prices". All throw CallError; Error(canceled) when `stop` is asked for.
    Json get(std::string_view path, const net::Pairs& query = {}) const;
    Json post(std::string_view path, const net::Pairs& form, std::string_view key) const;
    Json remove(std::string_view path, const net::Pairs& query = {}) const;

    // Stops what waits or is under way.
    void stop_with(std::stop_token stop) { stop_ = std::move(stop); }

  private:
    Json ask(net::Request request, std::string_view path) const;

    Seams seams_;
    std::string base_url_;
    Secret key_;
    std::stop_token stop_;
};

}  // namespace caas::billing::stripe
