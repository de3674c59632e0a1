// metrics: numbers of this process and of the installation's queue for Prometheus and its like, in
// the text format (prometheus.io/docs/instrumenting/exposition_formats). Nothing here walks a
// table.
#include <array>
#include <charconv>

#include "core/access/permission.h"
#include "core/api/route.h"
#include "core/api/tally.h"
#include "core/base/error.h"
#include "core/billing/event.h"
#include "core/delivery/queue.h"
#include "core/flow/subscribe_stripe.h"

namespace caas::api {
namespace {

// Who asks from this machine itself needs no token. What a proxy on it passes on comes from
// elsewhere, whether or not the proxy is among the trusted ones.
bool is_of_this_machine(const Request& request) {
    for (const auto* name :
         {"X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"})
        if (request.header(name))
            return false;
    const auto& address = request.remote_address;
    return address.empty() || address == "::1" || address.starts_with("127.");
}

void require_reader(const Call& call) {
    const auto& who = call.principal;
    const bool is_owner =
        (who.token || who.session) && access::allows(who, access::Action::administer_installation);
    if (is_owner || is_of_this_machine(call.request))
        return;
    throw Error(
        Code::unauthenticated,
        "These numbers are for this machine and the owner of the installation",
        "ask from the machine itself, or with a token of the owner, of the scope `admin`");
}

std::string number(double value) {
    std::array<char, 400> text{};  // the longest double has 309 digits before its point
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    return {text.data(), end.ptr};
}

class Page {
  public:
    void begin(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
        text_.append(name).append(" ").append(type).append("\n");
    }

    // `label`: `state="due"`, or nothing.
    void add(double value, std::string_view label = {}) {
        text_ += name_;
        if (!label.empty())
            text_.append("{").append(label).append("}");
        text_.append(" ").append(number(value)).append("\n");
    }

    void gauge(std::string_view name, std::string_view help, double value) {
        begin(name, "gauge", help);
        add(value);
    }

    std::string text() && { return std::move(text_); }

  private:
    std::string name_;
    std::string text_;
};

void add_queue(Page& page, const delivery::QueueFacts& facts) {
    const auto count = [](std::int64_t value) { return static_cast<double>(value); };
    page.begin("caas_queue_posts", "gauge", "Posts that are not settled, by what they wait for.");
    page.add(count(facts.waiting), R"(state="waiting")");
    page.add(count(facts.due), R"(state="due")");
    page.add(count(facts.in_hand), R"(state="in_hand")");
    page.add(count(facts.unconfirmed), R"(state="unconfirmed")");
    page.gauge(
        "caas_queue_lateness_seconds",
        "How long the post that waits longest has been due.",
        std::chrono::duration<double>(facts.lateness).count());
}

void add_answers(Page& page, const Tally& tally) {
    page.begin("caas_http_answers_total", "counter", "Requests answered by this process.");
    for (std::size_t i = 0; i < Tally::classes; ++i)
        page.add(
            static_cast<double>(tally.answers(i)), "class=\"" + std::to_string(i + 1) + "xx\"");
    page.begin("caas_http_seconds_total", "counter", "Time that the answers took.");
    page.add(tally.seconds());
}

void add_billing(Page& page, const Tally& tally, const billing::EventCounts& counts) {
    page.begin(
        "caas_stripe_deliveries_total", "counter", "Events that were delivered to this process.");
    for (std::size_t i = 0; i < hook_names.size(); ++i)
        page.add(
            static_cast<double>(tally.hooks(i)), "result=\"" + std::string(hook_names[i]) + "\"");
    page.begin("caas_stripe_events", "gauge", "Events that are not worked off.");
    page.add(static_cast<double>(counts.waiting), R"(state="waiting")");
    page.add(static_cast<double>(counts.dead), R"(state="dead")");
}

Response metrics(Call& call) {
    require_reader(call);
    const auto now = call.tools().clock.now();
    const auto vital = call.context.vital();
    const auto facts = call.tools().store.read(
        [&](store::Reader& reader) { return delivery::queue_facts(reader, now); });
    Page page;
    page.begin("caas_build_info", "gauge", "The version that runs.");
    page.add(1, "version=\"" + vital.version + "\"");
    add_queue(page, facts);
    page.gauge(
        "caas_scheduler_idle", "Whether no post is in hand.", vital.is_scheduler_idle ? 1 : 0);
    page.begin("caas_store_commits_total", "counter", "Commits of this process.");
    page.add(static_cast<double>(call.tools().store.commits()));
    add_answers(page, *call.tally);
    if (flow::sells_plans(call.tools()))
        add_billing(page, *call.tally, call.tools().store.read([](store::Reader& reader) {
            return billing::count_events(reader);
        }));
    Response response;
    response.headers.emplace_back("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = std::move(page).text();
    return response;
}

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/metrics",
        .access = Access::open,
        .handle = metrics,
        .summary = "show numbers for monitoring",
        .id = "get_metrics",
        .answer = "Metrics",
        .media_type = "text/plain",
        .codes = {Code::unauthenticated},
        .rate = Rate::none},
};

}  // namespace

std::span<const Route> metrics_routes() {
    return rows;
}

}  // namespace caas::api
