// Against a mail server of a few lines on loopback that says what the test wants.
#include "core/net/smtp.h"

#include <atomic>
#include <map>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas {
namespace {

using Answers = std::map<std::string, std::string>;

// Takes one connection; `answers` are by the first word of a command, "." for the end of a message.
class MailServer {
  public:
    explicit MailServer(Answers answers = {})
        : answers_(std::move(answers)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(socket_, 1) == 0);
        REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }

    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    ~MailServer() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }

    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

    // What came, after the conversation is over.
    std::string heard() {
        ::shutdown(socket_, SHUT_RDWR);
        if (thread_.joinable())
            thread_.join();
        thread_ = std::jthread([] {});
        return heard_;
    }

  private:
    void serve() {
        const int client = ::accept(socket_, nullptr, nullptr);
        if (client < 0)
            return;
        say(client, "220 test");
        bool is_message = false;
        for (auto line = read_line(client); line; line = read_line(client)) {
            heard_ += *line + "\n";
            if (is_message && *line != ".")
                continue;
            const auto word = line->substr(0, line->find(' '));
            const auto at = answers_.find(word);
            say(client, at != answers_.end() ? at->second : usual(word));
            is_message = word == "DATA" && at == answers_.end();
        }
        ::close(client);
    }

    static std::string usual(const std::string& word) {
        if (word == "DATA")
            return "354 go on";
        return word == "QUIT" ? "221 bye" : "250 fine";
    }

    static void say(int client, const std::string& text) {
        const auto line = text + "\r\n";
        (void)!::send(client, line.data(), line.size(), MSG_NOSIGNAL);
    }

    static std::optional<std::string> read_line(int client) {
        std::string line;
        char c = 0;
        while (::recv(client, &c, 1, 0) == 1) {
            if (c == '\n')
                return line;
            if (c != '\r')
                line += c;
        }
        return std::nullopt;
    }

    std::map<std::string, std::string> answers_;
    int socket_;
    int port_ = 0;
    std::string heard_;
    std::jthread thread_;
};

net::SmtpMessage message() {
    return {
        "caas@example.org", "ana@example.org", "Subject: hi\r\n\r\nFirst line\r\n.\r\n.second\r\n"};
}

std::optional<net::SmtpRefusal> send(const std::string& url, const net::SmtpMessage& what) {
    net::SmtpServer server;
    server.url = url;
    return net::SmtpClient(std::move(server)).send(what);
}

TEST_CASE("a mail server is given the message") {
    MailServer server;

    CHECK_FALSE(send(server.url(), message()));

    const auto heard = server.heard();
    CHECK(heard.find("MAIL FROM:<caas@example.org>") != std::string::npos);
    CHECK(heard.find("RCPT TO:<ana@example.org>") != std::string::npos);
    // A line of one dot would have ended it: such lines get another one (RFC 5321, 4.5.2).
    CHECK(heard.find("Subject: hi\n\nFirst line\n..\n..second\n.\n") != std::string::npos);
}

TEST_CASE("a recipient that does not exist is refused for good and a full server is not") {
    MailServer strict(Answers{{"RCPT", "550 no such mailbox"}});
    MailServer full(Answers{{"MAIL", "452 come again"}});

    const auto gone = send(strict.url(), message());
    const auto later = send(full.url(), message());

    REQUIRE(gone);
    CHECK(gone->is_for_good);
    CHECK(gone->why.find("550") != std::string::npos);
    CHECK(gone->why.find("ana") == std::string::npos);
    REQUIRE(later);
    CHECK_FALSE(later->is_for_good);
}

TEST_CASE("a server that is not there is tried again") {
    std::string url;
    {
        MailServer server;
        url = server.url();
    }

    const auto refusal = send(url, message());

    REQUIRE(refusal);
    CHECK_FALSE(refusal->is_for_good);
}

TEST_CASE("an address cannot break out of its command") {
    MailServer server;
    auto evil = message();
    evil.to = "ana@example.org>\r\nRCPT TO:<eve@example.org";

    const auto refusal = send(server.url(), evil);

    REQUIRE(refusal);
    CHECK(refusal->is_for_good);
    CHECK(server.heard().empty());
}

TEST_CASE("the address of a mail server is read strictly") {
    const auto is_refused = [](const std::string& url) {
        try {
            net::SmtpServer server;
            server.url = url;
            net::SmtpClient client(std::move(server));
        } catch (const Error& e) {
            return e.code() == Code::invalid;
        }
        return false;
    };

    for (const auto* bad :
         {"",
          "mail.example.org",
          "http://mail.example.org",
          "smtp://",
          "file:///etc/passwd",
          "smtp://user:word@mail.example.org",
          "smtp://mail.example.org/x",
          "smtp://a b"}) {
        CAPTURE(bad);
        CHECK(is_refused(bad));
    }
    CHECK_FALSE(is_refused("smtp://mail.example.org:587"));
    CHECK_FALSE(is_refused("smtps://mail.example.org"));
}

}  // namespace
}  // namespace caas
