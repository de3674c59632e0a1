// serve: the pretend Stripe on loopback, for Stripe's own library to talk to. Prints its port on
// the first line and ends when its standard input does. Below /sandbox/ people act: they pay, ask
// for money back, let time pass; and signatures are judged by ours. calls: every call of
// billing/stripe/call.h, one JSON a line, with the form it sends.
#include <cstdio>
#include <map>
#include <string>
#include <thread>

#include <httplib.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "core/base/digest.h"
#include "core/billing/stripe/call.h"
#include "core/billing/stripe/signature.h"
#include "core/sandbox/stripe_pretend.h"

namespace caas {
namespace {

namespace stripe = billing::stripe;

const Secret signing_secret("whsec_sandbox");

net::Request take(const httplib::Request& from) {
    net::Request to;
    to.method = from.method;
    to.url = "http://loopback" + from.target;
    for (const auto& [name, value] : from.headers)
        to.headers.emplace_back(name, value);
    to.body = from.body;
    return to;
}

void give(const net::Result& result, httplib::Response& response) {
    const auto& answer = std::get<net::Response>(result);
    response.status = answer.status;
    std::string type = "application/octet-stream";
    for (const auto& [name, value] : answer.headers) {
        if (name == "Content-Type")
            type = value;
        else
            response.set_header(name, value);
    }
    response.set_content(answer.body, type);
}

// Node's form bodies are not to be taken apart.
std::string act(sandbox::PretendStripe& pretend, const httplib::Request& request) {
    const auto what = request.path.substr(std::string("/sandbox/").size());
    const auto id = what.substr(what.find('/') + 1);
    if (what == "verify") {
        const SystemClock clock;
        const auto header = from_base64(request.get_header_value("x-signature")).value_or("");
        return std::string(stripe::name(
            stripe::verify(header, request.body, std::array{signing_secret}, clock.now())));
    }
    if (what == "signed") {
        auto out = Json::array();
        for (const auto& event : pretend.events())
            out.push_back(
                {{"header",
                  sandbox::sign_stripe_event({signing_secret}, event.created, event.body)},
                 {"body", event.body}});
        return json::dump(out);
    }
    if (what.starts_with("advance/")) {
        pretend.advance_to(pretend.now() + std::chrono::seconds(std::stoi(id)));
        return "later";
    }
    return pretend.with([&](sandbox::StripeWorld& world) -> std::string {
        if (what.starts_with("pay/"))
            return world.complete(*world.find_session(id), sandbox::StripeCard::pays) ? "paid"
                                                                                      : "declined";
        if (what.starts_with("refund/"))
            world.refund(*world.find_charge(id), 100);
        else if (what.starts_with("dispute/"))
            world.dispute(*world.find_charge(id));
        return "done";
    });
}

int serve() {
    const SystemClock clock;
    sandbox::PretendStripe pretend(clock.now(), Secret("sk_test_sandbox"));
    pretend.with([](sandbox::StripeWorld& world) {
        world.add_price("prod_pro", "caas_pro_monthly", 2900);
        world.add_price("prod_team", "caas_team_monthly", 9900);
    });
    httplib::Server server;
    server.set_tcp_nodelay(true);
    server.set_socket_options([](int socket) {
        const int yes = 1;
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server.Post("/sandbox/.+", [&](const httplib::Request& request, httplib::Response& response) {
        response.set_content(act(pretend, request), "text/plain");
    });
    const auto answer = [&](const httplib::Request& request, httplib::Response& response) {
        give(pretend.send(take(request)), response);
    };
    server.Get(".*", answer).Post(".*", answer).Delete(".*", answer);
    const int port = server.bind_to_any_port("127.0.0.1");
    if (port <= 0)
        return 1;
    std::printf("%d\n", port);
    std::fflush(stdout);
    const std::jthread watch([&] {
        while (std::getchar() != EOF) {
        }
        server.stop();
    });
    return server.listen_after_bind() ? 0 : 1;
}

// Keeps what is asked, and answers so that lists end.
class Recorder final : public net::HttpClient {
  public:
    net::Result send(const net::Request& request) override {
        const auto url = net::parse_url(request.url);
        const auto& form = request.method == "POST" ? request.body : url->query;
        std::printf(
            "%s\n",
            json::dump({{"operation", request.method + " " + named(url->path)}, {"form", form}})
                .c_str());
        // One more page of each list, so that the way to it is seen as well.
        const bool is_more =
            url->path.ends_with("s") && form.find("starting_after") == std::string::npos;
        const Json answer{
            {"id", "x"},
            {"data", Json::array({{{"id", "last"}}})},
            {"has_more", is_more},
            {"lines", {{"data", Json::array()}, {"has_more", true}}}};
        return net::Response{200, {}, json::dump(answer)};
    }

  private:
    // "/v1/subscriptions/{subscription}" of "/v1/subscriptions/sub_1".
    static std::string named(const std::string& path) {
        static const std::map<std::string, std::string> kinds{
            {"sub_1", "{subscription}"},
            {"cus_1", "{customer}"},
            {"in_1", "{invoice}"},
            {"cs_1", "{session}"},
            {"ch_1", "{charge}"},
            {"price_1", "{price}"}};
        std::string out;
        for (std::size_t at = 1; at < path.size();) {
            const auto end = std::min(path.find('/', at), path.size());
            const auto part = path.substr(at, end - at);
            const auto kind = kinds.find(part);
            out += "/" + (kind == kinds.end() ? part : kind->second);
            at = end + 1;
        }
        return out;
    }
};

int calls() {
    Recorder http;
    SystemClock clock;
    SystemRandom random;
    Log log(clock, Level::off);
    const stripe::Client client(
        {http, clock, random, log}, "http://127.0.0.1", Secret("sk_test_x"));
    const auto send = [&](const stripe::Order& order) {
        client.post(order.path, order.form, "key");
    };
    send(stripe::create_customer({"o_1", "Ann & Söhne", "ann+é@example.test"}));
    send(stripe::create_customer({"o_1", "Ann", ""}));
    stripe::CheckoutWish wish{
        "o_1", "cus_1", "price_1", "pro", "https://x/?id={CHECKOUT_SESSION_ID}", "https://x/"};
    send(stripe::create_checkout(wish));
    wish.trial_days = 14;
    wish.has_tax = true;
    send(stripe::create_checkout(wish));
    send(stripe::expire_checkout("cs_1"));
    send(stripe::create_portal_configuration());
    send(stripe::create_portal("cus_1", "bpc_1", "https://x/"));
    send(stripe::create_portal("cus_1", "", "https://x/"));
    const stripe::Change change{"sub_1", "si_1", "price_1", clock.now()};
    send(stripe::upgrade(change));
    send(stripe::upgrade({"sub_1", "si_1", "price_1", std::nullopt}));
    send(stripe::change_price(change));
    send(stripe::cancel_at_period_end("sub_1"));
    stripe::Subscription ending;
    ending.id = "sub_1";
    ending.cancels_at_period_end = true;
    send(stripe::keep_going(ending));
    ending.cancels_at_period_end = false;
    ending.cancel_at = clock.now();
    send(stripe::keep_going(ending));
    send(stripe::resume("sub_1"));
    stripe::preview_upgrade(client, "cus_1", change);
    stripe::find_price(client, "caas_pro_monthly");
    stripe::get_price(client, "price_1");
    stripe::get_checkout(client, "cs_1");
    stripe::get_customer(client, "cus_1");
    stripe::get_charge(client, "ch_1");
    stripe::get_subscription(client, "sub_1");
    stripe::get_invoice(client, "in_1");
    stripe::cancel_now(client, "sub_1");
    stripe::list_subscriptions(client, "cus_1");
    stripe::list_subscriptions(client, "");
    stripe::list_paid_invoices(client, "cus_1");
    stripe::list_events(
        client,
        std::array<std::string_view, 2>{"invoice.paid", "charge.refunded"},
        clock.now(),
        [](const Json&) {});
    return 0;
}

}  // namespace
}  // namespace caas

int main(int count, char** words) {
    const std::string_view what = count > 1 ? words[1] : "";
    if (what == "calls")
        return caas::calls();
    if (what == "serve")
        return caas::serve();
    std::fputs("usage: caas_stripe_server serve|calls\n", stderr);
    return 2;
}
