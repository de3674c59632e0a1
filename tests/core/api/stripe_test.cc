// Deliveries of Stripe: what is well signed is kept and answered, what is not changes nothing.
#include <array>
#include <functional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/api/tally.h"
#include "core/base/digest.h"
#include "core/billing/event.h"
#include "core/sandbox/stripe_pretend.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;
using sandbox::sign_stripe_event;

const Secret first_secret("whsec_first");
const Secret second_secret("whsec_second");

struct Shop : Server {
    explicit Shop(api::Variables more = {}) : Server(variables(std::move(more))) {}

    static api::Variables variables(api::Variables more) {
        more.insert({"STRIPE_SECRET_KEY", "sk_test_x"});
        more.insert({"STRIPE_WEBHOOK_SECRET", "whsec_first whsec_second"});
        return more;
    }

    std::int64_t seconds() const { return to_ms(home.clock.now()) / 1000; }

    Answer deliver(const std::string& body, const std::string& signature) {
        net::Headers headers{{"Content-Type", "application/json; charset=utf-8"}};
        if (!signature.empty())
            headers.emplace_back("Stripe-Signature", signature);
        return send(
            "POST",
            "/api/v1/webhooks/stripe",
            std::make_unique<api::TextBody>(body),
            std::nullopt,
            std::move(headers));
    }

    Answer deliver_signed(const std::string& body) {
        return deliver(body, sign_stripe_event({first_secret}, seconds(), body));
    }

    bool counts(const std::string& result, int number) {
        const auto page = send("GET", "/metrics", nullptr, std::nullopt);
        const auto line = "\ncaas_stripe_deliveries_total{result=\"" + result + "\"} " +
                          std::to_string(number) + "\n";
        return page.text.find(line) != std::string::npos;
    }

    std::int64_t events() { return home.count("stripe_event"); }
};

std::string event(
    const std::string& id, const std::string& type = "invoice.paid", bool is_live = false) {
    return Json{
        {"id", id},
        {"object", "event"},
        {"created", 1795341600},
        {"type", type},
        {"livemode", is_live},
        {"data", {{"object", {{"id", "in_1"}, {"object", "invoice"}, {"customer", "cus_1"}}}}}}
        .dump();
}

TEST_CASE("a delivery that is signed is kept and answered, and a second one is known") {
    Shop it;
    const auto one = it.deliver_signed(event("evt_1"));
    CHECK(one.status == 200);
    CHECK(one.json.at("result") == "accepted");
    CHECK(it.deliver_signed(event("evt_1")).json.at("result") == "duplicate");
    CHECK(it.events() == 1);
    CHECK(it.counts("accepted", 1));
    CHECK(it.counts("duplicate", 1));
}

TEST_CASE("while a secret is rolled, both are good") {
    Shop it;
    const auto body = event("evt_1");
    CHECK(it.deliver(body, sign_stripe_event({second_secret}, it.seconds(), body)).status == 200);
    const auto both = event("evt_2");
    CHECK(
        it.deliver(both, sign_stripe_event({Secret("whsec_x"), first_secret}, it.seconds(), both))
            .status == 200);
}

TEST_CASE("types that change nothing and the other mode are answered and left alone") {
    Shop it;
    CHECK(it.deliver_signed(event("evt_1", "payout.paid")).json.at("result") == "ignored");
    CHECK(it.deliver_signed(event("evt_2", "invoice.paid", true)).json.at("result") == "ignored");
    CHECK_FALSE(it.home.store.read([&](store::Reader& reader) {
        return billing::next_event(reader, it.home.clock.now()).has_value();
    }));
    CHECK(it.counts("ignored", 2));
}

// Says that it is long and does not come; what happens while it is waited for.
class Slow final : public api::BodySource {
  public:
    explicit Slow(std::function<void()> meanwhile) : meanwhile_(std::move(meanwhile)) {}

    std::optional<std::uint64_t> length() const override { return 100'000; }

    std::size_t read(std::span<char>) override {
        meanwhile_();
        return 0;
    }

  private:
    std::function<void()> meanwhile_;
};

TEST_CASE("few long deliveries are waited for at once, since anybody may begin one") {
    Shop it;
    std::vector<int> statuses;
    std::vector<std::string> details;
    int begun = 0;
    std::function<void()> begin = [&] {
        if (++begun > 7)
            return;
        const auto answer = it.send(
            "POST",
            "/api/v1/webhooks/stripe",
            std::make_unique<Slow>(begin),
            std::nullopt,
            {{"Content-Type", "application/json"}});
        statuses.push_back(answer.status);
        details.push_back(json::text_or(answer.json, "detail", ""));
    };

    begin();

    // The last one first, which six others stood before.
    CHECK(statuses == std::vector{503, 400, 400, 400, 400, 400, 400});
    CHECK(details.front() == "Too many long deliveries arrive at once");
    CHECK(it.deliver_signed(event("evt_1")).status == 200);
}

TEST_CASE("bad deliveries are refused, counted, and change nothing") {
    Shop it;
    const auto body = event("evt_1");
    const auto now = it.seconds();

    struct Bad {
        std::string body;
        std::string signature;
        int status;
        std::string counted;
    };

    const std::string page = "<html>no event</html>";
    const std::string array = "[]";
    const std::string lacking = R"({"id":"evt_1","object":"event"})";
    const std::string empty;
    const std::string deep = std::string(100'000, '[');
    const std::array cases{
        Bad{body, "", 400, "no_signature"},
        Bad{body, "garbage", 400, "malformed"},
        Bad{body, sign_stripe_event({Secret("whsec_wrong")}, now, body), 400, "forged"},
        Bad{body + " ", sign_stripe_event({first_secret}, now, body), 400, "forged"},
        Bad{body, sign_stripe_event({first_secret}, now - 301, body), 400, "old"},
        Bad{empty, sign_stripe_event({first_secret}, now, empty), 400, "forged"},
        Bad{page, sign_stripe_event({first_secret}, now, page), 400, "unreadable"},
        Bad{array, sign_stripe_event({first_secret}, now, array), 400, "unreadable"},
        Bad{lacking, sign_stripe_event({first_secret}, now, lacking), 400, "unreadable"},
        Bad{deep, sign_stripe_event({first_secret}, now, deep), 400, "unreadable"},
    };
    std::map<std::string, int> counted;
    for (const auto& bad : cases) {
        CAPTURE(bad.counted);
        CHECK(it.deliver(bad.body, bad.signature).status == bad.status);
        CHECK(it.counts(bad.counted, ++counted[bad.counted]));
    }
    CHECK(it.events() == 0);
}

TEST_CASE("ten megabytes are too much, however well they are signed") {
    Shop it;
    const std::string body(std::size_t{10} << 20U, ' ');
    CHECK(it.deliver_signed(body).status == 413);
    CHECK(it.counts("too_large", 1));
    CHECK(it.events() == 0);
}

TEST_CASE("a delivery whose body cannot be kept is not answered as taken") {
    Shop it;
    // PostgreSQL takes no zero byte in a text, and JSON has none.
    auto body = event("evt_1");
    body += '\0';
    CHECK(it.deliver_signed(body).status == 400);
    CHECK(it.events() == 0);
}

TEST_CASE("where nothing is sold, or no secret is set, nothing is taken") {
    Shop no_secret(api::Variables{{"STRIPE_WEBHOOK_SECRET", ""}});
    CHECK(no_secret.deliver_signed(event("evt_1")).status == 404);
    Shop no_key(api::Variables{{"STRIPE_SECRET_KEY", ""}});
    CHECK(no_key.deliver_signed(event("evt_1")).status == 404);
}

TEST_CASE("many deliveries at once, each several times, are kept once each") {
    Shop it;
    constexpr int threads = 8;
    constexpr int each = 50;
    std::atomic<int> accepted = 0;
    {
        std::vector<std::jthread> all;
        for (int thread = 0; thread < threads; ++thread)
            all.emplace_back([&] {
                for (int i = 0; i < each; ++i) {
                    const auto body = event("evt_" + std::to_string(i));
                    api::Request request;
                    request.method = "POST";
                    request.target = "/api/v1/webhooks/stripe";
                    request.headers = {
                        {"Stripe-Signature",
                         sign_stripe_event({first_secret}, it.seconds(), body)}};
                    request.body = std::make_unique<api::TextBody>(body);
                    const auto response = it.router.handle(request, std::nullopt);
                    const auto& text = std::get<std::string>(response.body);
                    accepted += text.find("accepted") != std::string::npos ? 1 : 0;
                }
            });
    }
    CHECK(accepted == each);
    CHECK(it.events() == each);
}

TEST_CASE(
    "the page that Stripe's pages lead back to changes nothing and shows nothing it was given") {
    Shop it;
    const auto answer = it.send(
        "GET",
        "/app/billing?checkout=done&session_id=%3Cscript%3E",
        nullptr,
        std::optional<access::Principal>{});
    CHECK(answer.status == 200);
    CHECK(answer.text.find("<script>") == std::string::npos);
    CHECK(answer.text.find("Thank you") != std::string::npos);
}

TEST_CASE("only owners buy") {
    Shop it;
    auto admin = it.home.remote();
    admin.role = access::Role::admin;
    for (const auto* what :
         {"checkout", "portal", "preview", "change", "cancel", "resume", "sync"}) {
        CAPTURE(what);
        CHECK(
            it.as(admin, "POST", "/api/v1/billing/" + std::string(what), Json::object()).status ==
            403);
    }
}

}  // namespace
}  // namespace caas
