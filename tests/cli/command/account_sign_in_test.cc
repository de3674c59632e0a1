// `caas account connect x`: a real socket on this machine, a pretend API and a pretend person.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/browser_return.h"
#include "core/base/error.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto link = "https://x.example/authorize?state=st4te";

Json sign_in(const std::string& state) {
    return {
        {"id", "0000-sign-in"},
        {"platform", "x"},
        {"state", state},
        {"authorize_url", state == "waiting" ? Json(link) : Json()},
        {"redirect_uri", "http://127.0.0.1:1/callback"},
        {"choices", Json::array()},
        {"confirms_in_browser", false},
        {"account", nullptr},
        {"code", nullptr},
        {"message", nullptr}};
}

Json done() {
    auto out = sign_in("done");
    out["account"] = {{"id", "0000-account"}, {"name", "work"}, {"handle", "ana"}};
    return out;
}

int port_in(const std::string& url) {
    return std::stoi(url.substr(url.rfind(':') + 1));
}

// Sends a request and does not wait for what comes of it.
class Visit {
  public:
    Visit(int port, const std::string& target) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        const auto text = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        REQUIRE(::send(socket_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    }

    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    ~Visit() { ::close(socket_); }

    std::string answer() const {
        std::string text(4096, '\0');
        const auto count = ::recv(socket_, text.data(), text.size(), 0);
        text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return text;
    }

  private:
    int socket_;
};

struct Person : Stage {
    Person() {
        terminal.err_is_terminal = true;
        browse = [this](const std::string& url) {
            opened_page = url;
            const auto port = port_in(
                asked_json()
                    .at("redirect_uri")
                    .get<std::string>()
                    .substr(0, asked_json().at("redirect_uri").get<std::string>().rfind('/')));
            // A browser asks for an icon as well.
            visits.push_back(std::make_unique<Visit>(port, "/favicon.ico"));
            visits.push_back(std::make_unique<Visit>(port, "/callback?code=c0de&state=st4te"));
            return true;
        };
    }

    std::string opened_page;
    std::vector<std::unique_ptr<Visit>> visits;
};

TEST_CASE("the browser is opened, comes back to this machine, and the account is there") {
    Person person;
    person.answer(202, sign_in("waiting").dump());
    person.answer(200, done().dump());

    CHECK(person.run({"account", "connect", "x", "--name", "work"}) == 0);

    CHECK(person.opened_page == link);
    CHECK(person.asked().path == "accounts/x/connect");
    CHECK(person.asked_json().at("name") == "work");
    CHECK(
        person.asked_json().at("redirect_uri").get<std::string>().starts_with("http://127.0.0.1:"));
    CHECK(person.asked(1).path == "sign-ins/0000-sign-in/finish");
    CHECK(person.asked_json(1).at("answer") == "/callback?code=c0de&state=st4te");
    CHECK(person.terminal.out == "0000-account\n");
    CHECK(person.terminal.err.find("Connected work (ana)") != std::string::npos);
    CHECK(person.visits.at(0)->answer().starts_with("HTTP/1.1 404"));
    CHECK(person.visits.at(1)->answer().find("Back to the terminal") != std::string::npos);
    // What came back is nobody else's business.
    CHECK(person.terminal.err.find("c0de") == std::string::npos);
}

TEST_CASE("with --json the account is what is printed, and the link is still said") {
    Person person;
    person.answer(202, sign_in("waiting").dump());
    person.answer(200, done().dump());
    CHECK(person.run({"account", "connect", "x", "--json", "--quiet"}) == 0);
    CHECK(json::parse(person.terminal.out, "out").at("id") == "0000-account");
    CHECK(person.terminal.err.find(link) != std::string::npos);
}

TEST_CASE("--no-browser opens nothing and prints the link") {
    Stage stage;
    stage.terminal.err_is_terminal = true;
    stage.browse = [](const std::string&) -> bool { throw std::logic_error("opened"); };
    stage.answer(202, sign_in("waiting").dump());
    stage.stop.request_stop();
    CHECK(stage.run({"account", "connect", "x", "--no-browser"}) == 130);
    CHECK(stage.terminal.err.find(link) != std::string::npos);
}

TEST_CASE("--paste takes the address from the person or from standard input") {
    for (const bool is_terminal : {true, false}) {
        Stage stage;
        stage.terminal.in_is_terminal = is_terminal;
        stage.terminal.err_is_terminal = is_terminal;
        const std::string pasted = "http://127.0.0.1:8765/callback?code=c0de&state=st4te";
        stage.terminal.answers = {pasted};
        stage.terminal.input = pasted + "\n";
        stage.answer(202, sign_in("waiting").dump());
        stage.answer(200, done().dump());
        CHECK(stage.run({"account", "connect", "x", "--paste"}) == 0);
        CHECK(stage.asked_json().at("redirect_uri") == "http://127.0.0.1:8765/callback");
        CHECK(stage.asked_json(1).at("answer") == pasted);
        CHECK(stage.terminal.err.find(link) != std::string::npos);
    }
}

TEST_CASE("with a daemon elsewhere the browser comes back to the daemon, and the command waits") {
    Stage stage;
    stage.answer(202, sign_in("waiting").dump());
    auto confirming = sign_in("choosing");
    confirming["confirms_in_browser"] = true;
    stage.answer(200, sign_in("waiting").dump());
    stage.answer(200, confirming.dump());
    stage.answer(200, done().dump());
    CHECK(stage.run({"account", "connect", "x", "--server", "https://caas.example.org"}) == 0);
    CHECK_FALSE(stage.asked_json().contains("redirect_uri"));
    CHECK(stage.asked(1).path == "sign-ins/0000-sign-in");
    CHECK(stage.clock.slept().size() == 3);
    CHECK(stage.terminal.out == "0000-account\n");
}

TEST_CASE("a daemon elsewhere without a public address lets it come back to this machine") {
    Person person;
    person.answer(
        422,
        R"({"code":"invalid","detail":"no","errors":[{"pointer":"/redirect_uri",)"
        R"("rule":"redirect_uri.required","message":"is needed"}]})");
    person.answer(202, sign_in("waiting").dump());
    person.answer(200, done().dump());
    person.browse = [&](const std::string&) {
        const auto back = person.asked_json(1).at("redirect_uri").get<std::string>();
        person.visits.push_back(std::make_unique<Visit>(
            port_in(back.substr(0, back.rfind('/'))), "/callback?code=c&state=s"));
        return true;
    };
    CHECK(person.run({"account", "connect", "x", "--server", "http://127.0.0.1:1"}) == 0);
    CHECK(person.asked(2).path == "sign-ins/0000-sign-in/finish");
}

TEST_CASE("of several identities the person picks one, or names it") {
    auto choosing = sign_in("choosing");
    choosing["choices"] = Json::array(
        {{{"remote_id", "11"}, {"handle", "Acme"}, {"title", "Page"}},
         {{"remote_id", "22"}, {"handle", "Beta"}, {"title", nullptr}}});
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.terminal.err_is_terminal = true;
    stage.terminal.answers = {"c0de", "2"};
    stage.answer(202, sign_in("waiting").dump());
    stage.answer(200, choosing.dump());
    stage.answer(200, done().dump());
    CHECK(stage.run({"account", "connect", "x", "--paste"}) == 0);
    CHECK(stage.terminal.err.find("1  Acme  Page") != std::string::npos);
    CHECK(stage.asked(2).path == "sign-ins/0000-sign-in/choose");
    CHECK(stage.asked_json(2).at("identity") == "22");

    Stage named;
    named.terminal.input = "c0de\n";
    named.answer(202, sign_in("waiting").dump());
    named.answer(200, choosing.dump());
    named.answer(200, done().dump());
    CHECK(named.run({"account", "connect", "x", "--paste", "--identity", "Acme"}) == 0);
    CHECK(named.asked_json().at("identity") == "Acme");
    CHECK(named.asked_json(2).at("identity") == "11");

    Stage unasked;
    unasked.terminal.input = "c0de\n";
    unasked.answer(202, sign_in("waiting").dump());
    unasked.answer(200, choosing.dump());
    CHECK(unasked.run({"account", "connect", "x", "--paste"}) == 2);
    CHECK(unasked.terminal.err.find("Beta") != std::string::npos);
}

TEST_CASE("a sign-in that the daemon ended exits as the error that ended it") {
    Stage stage;
    auto failed = sign_in("failed");
    failed["code"] = "conflict";
    failed["message"] = "There is another account named 'work' already";
    stage.answer(202, sign_in("waiting").dump());
    stage.answer(200, failed.dump());
    CHECK(
        stage.run({"account", "connect", "x", "--server", "https://caas.example.org"}) ==
        facts(Code::conflict).exit_status);
    CHECK(stage.terminal.err.find("another account named 'work'") != std::string::npos);
}

TEST_CASE("a sign-in that failed says why") {
    Stage stage;
    auto failed = sign_in("failed");
    failed["message"] = "It was refused at X";
    stage.answer(202, sign_in("waiting").dump());
    stage.answer(200, failed.dump());
    CHECK(stage.run({"account", "connect", "x", "--server", "https://caas.example.org"}) == 3);
    CHECK(stage.terminal.err.find("It was refused at X") != std::string::npos);
}

TEST_CASE("a port that is taken is said with its number") {
    const BrowserReturn first(0);
    const auto url = first.url();
    const auto port = port_in(url.substr(0, url.rfind('/')));
    Stage stage;
    CHECK(stage.run({"account", "connect", "x", "--port", std::to_string(port)}) == 75);
    CHECK(stage.terminal.err.find(std::to_string(port)) != std::string::npos);
}

}  // namespace
}  // namespace caas::cli
