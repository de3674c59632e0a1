// The trust in certificates, against OpenSSL's own test server. Skipped where `openssl` is missing.
#include <array>
#include <cstdio>
#include <string>

#include <doctest/doctest.h>

#include "core/net/curl.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

// `openssl s_server` with a certificate that only its own file vouches for.
class TlsServer {
  public:
    explicit TlsServer(int connections) {
        const auto files = " -keyout " + key() + " -out " + certificate();
        const auto server = "timeout 20 openssl s_server -www -accept 127.0.0.1:0";
        const auto command =
            "exec 2>/dev/null; openssl req -x509 -newkey ec -nodes -days 2 "
            "-pkeyopt ec_paramgen_curve:P-256 -subj /CN=localhost "
            "-addext subjectAltName=DNS:localhost" +
            files + " && exec " + server + " -naccept " + std::to_string(connections) + " -key " +
            key() + " -cert " + certificate();
        process_ = popen(command.c_str(), "r");
        std::array<char, 256> line{};
        while (process_ != nullptr && std::fgets(line.data(), line.size(), process_) != nullptr) {
            const std::string text(line.data());
            if (const auto at = text.rfind(':'); text.starts_with("ACCEPT")) {
                port_ = std::stoi(text.substr(at + 1));
                break;
            }
        }
    }

    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    ~TlsServer() {
        if (process_ != nullptr)
            pclose(process_);
    }

    bool runs() const { return port_ != 0; }

    std::string url() const { return "https://localhost:" + std::to_string(port_) + "/"; }

    std::string certificate() const { return (folder_ / "certificate.pem").string(); }

  private:
    std::string key() const { return (folder_ / "key.pem").string(); }

    fake::Folder folder_;
    FILE* process_ = nullptr;
    int port_ = 0;
};

TEST_CASE("only a server with a trusted certificate gets the request") {
    const TlsServer server(2);
    if (!server.runs()) {
        MESSAGE("skipped: no openssl s_server here");
        return;
    }
    net::Request request;
    request.url = server.url();

    const auto distrusted = net::curl_client()->send(request);
    const auto trusted = net::curl_client({.ca_file = server.certificate()})->send(request);

    REQUIRE(std::holds_alternative<net::Failure>(distrusted));
    const auto& failure = std::get<net::Failure>(distrusted);
    CHECK(failure.kind == net::Failure::Kind::tls);
    CHECK_FALSE(failure.may_have_left);
    CHECK(failure.message.find("certificate") != std::string::npos);
    REQUIRE(std::holds_alternative<net::Response>(trusted));
    CHECK(std::get<net::Response>(trusted).status == 200);
}

}  // namespace
}  // namespace caas
