// webhooks/stripe: where Stripe tells of what happened. Nobody signs in: what counts is the
// signature over the very bytes that came. What is well signed is kept and answered at once; it is
// worked on afterwards (flow/subscribe_event.h).
#include <array>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/api/listeners.h"
#include "core/api/page.h"
#include "core/api/route.h"
#include "core/api/tally.h"
#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/billing/event.h"
#include "core/billing/stripe/signature.h"
#include "core/flow/subscribe_stripe.h"

namespace caas::api {
namespace {

using billing::stripe::Verdict;

constexpr std::uint64_t most_event_bytes = 1U << 20U;
// What is longer than an event comes this far all the same, so that it is counted and told why.
constexpr std::uint64_t most_delivery_bytes = 64U << 20U;

// While a secret is rolled, two are good.
std::vector<Secret> secrets_of(const config::Settings& settings) {
    std::vector<Secret> out;
    const auto& all = settings.secret("stripe.webhook_secret").reveal();
    for (std::size_t at = 0; at < all.size();) {
        const auto end = std::min(all.find_first_of(" ,", at), all.size());
        if (end > at)
            out.emplace_back(all.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

Hook hook_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::no_header:
            return Hook::no_signature;
        case Verdict::malformed:
            return Hook::malformed;
        case Verdict::old:
            return Hook::old;
        case Verdict::genuine:
        case Verdict::wrong:
            break;
    }
    return Hook::forged;
}

Hook hook_of(billing::Reception reception) {
    switch (reception) {
        case billing::Reception::accepted:
            return Hook::accepted;
        case billing::Reception::duplicate:
            return Hook::duplicate;
        case billing::Reception::ignored:
            break;
    }
    return Hook::ignored;
}

[[noreturn]] void refuse(const Call& call, Hook hook, const std::string& why) {
    call.tally->note(hook);
    call.tools().log.write(
        Level::warn,
        "stripe.delivery_refused",
        {{"why", std::string(hook_names.at(static_cast<std::size_t>(hook)))},
         {"caller", call.request.remote_address}});
    throw Error(
        Code::bad_request,
        why,
        "Only Stripe delivers here; its endpoint's secret is the setting stripe.webhook_secret.");
}

void take(std::optional<Listeners::Seat>& seat, const Call& call) {
    try {
        seat.emplace(*call.listeners, call.principal);
    } catch (const Error& full) {
        throw Error(
            full.code(),
            "Too many long deliveries arrive at once",
            "deliver it again in a moment, as Stripe does by itself")
            .retry_after(full.retry_after_s());
    }
}

// An event that is longer than what the server collects itself holds a thread while it arrives, and
// anybody may begin one: there are as few of them at once as one person may have places.
std::string body_of(const Call& call) {
    std::optional<Listeners::Seat> seat;
    if (call.request.body && call.request.body->length().value_or(0) > most_stranger_bytes)
        take(seat, call);
    try {
        return call.bytes(most_event_bytes);
    } catch (const Error& error) {
        if (error.code() == Code::too_large)
            call.tally->note(Hook::too_large);
        throw;
    }
}

// Seconds of the signature that are far ahead are not refused: the official library does not.
void require_genuine(const Call& call, std::string_view body) {
    const auto secrets = secrets_of(call.tools().settings);
    const auto verdict = billing::stripe::verify(
        call.request.header("Stripe-Signature").value_or(""),
        body,
        secrets,
        call.tools().clock.now());
    if (verdict != Verdict::genuine)
        refuse(
            call,
            hook_of(verdict),
            verdict == Verdict::no_header ? "The delivery is not signed"
            : verdict == Verdict::old     ? "The delivery was signed too long ago"
                                          : "The signature of the delivery is not right");
}

Response deliver(Call& call) {
    const auto& tools = call.tools();
    if (!flow::sells_plans(tools) || secrets_of(tools.settings).empty())
        throw Error(Code::not_found, "This installation takes no events of Stripe");
    const auto body = body_of(call);
    require_genuine(call, body);
    // The parser takes a zero byte for the end, and databases take none.
    const bool is_text = body.find('\0') == std::string::npos;
    const auto json = is_text ? json::try_parse(body) : std::nullopt;
    const auto event = json ? billing::stripe::read_event(*json) : std::nullopt;
    if (!event)
        refuse(call, Hook::unreadable, "The delivery is no event of Stripe");
    const bool is_live = flow::stripe_client(tools).is_live();
    const auto reception = tools.store.write([&](store::Transaction& transaction) {
        return billing::receive(transaction, *event, body, is_live, tools.clock.now());
    });
    stop_point("event.received");
    call.tally->note(hook_of(reception));
    if (reception == billing::Reception::accepted && call.context.bill)
        call.context.bill();
    return json_response(200, {{"id", event->id}, {"result", billing::name(reception)}});
}

// Where Stripe's pages lead back to.
Response come_back(Call& call) {
    const auto checkout = call.query.text_or_empty("checkout");
    if (checkout == "done")
        return last_page(
            "thank you",
            "Thank you",
            "Your payment is being confirmed, mostly within seconds; `caas billing status` shows "
            "the plan. You can close this page.");
    if (checkout == "left")
        return last_page(
            "nothing was bought", "Nothing was bought", "You can close this page, or go back.");
    return last_page(
        "billing", "That is all", "`caas billing status` shows the plan. You can close this page.");
}

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/webhooks/stripe",
        .access = Access::open,
        .handle = deliver,
        .summary = "take an event that Stripe delivers",
        .most_body_bytes = most_delivery_bytes,
        .id = "deliver_stripe_event",
        .body = "StripeEvent",
        .answer = "StripeReceipt",
        .codes = {Code::bad_request, Code::too_large, Code::not_found},
        .is_idempotent = true,
        .rate = Rate::none},
    Route{
        .method = "GET",
        .pattern = "/app/billing",
        .access = Access::open,
        .handle = come_back,
        .summary = "show where Stripe's pages lead back to",
        .id = "show_billing_page",
        .query = "checkout session_id",
        .answer = "Page",
        .media_type = "text/html"},
};

}  // namespace

std::span<const Route> stripe_routes() {
    return rows;
}

}  // namespace caas::api
