// Hands one message to a mail server (SMTP, RFC 5321) over libcurl, which is loaded with the first
// message. Thread-safe: each message has a connection of its own.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/secret.h"

namespace caas::net {

class CurlLibrary;

struct SmtpServer {
    std::string url;   // smtp://HOST[:PORT], encrypted by STARTTLS, or smtps://HOST[:PORT]
    std::string user;  // empty: no sign-in
    Secret password;
    std::string ca_file;  // certificates to trust instead of the system's; empty: the system's
    // Hosts to which a message may go unencrypted besides loopback.
    std::vector<std::string> plain_hosts;
    std::string library = "libcurl.so.4";
};

struct SmtpMessage {
    std::string from;  // an address alone
    std::string to;
    std::string text;  // headers, an empty line, the body; lines end in CR LF
};

struct SmtpRefusal {
    bool is_for_good = false;  // the server said that trying again is useless
    std::string why;           // for logs; holds no address and nothing secret
};

class SmtpClient {
  public:
    // Throws Error(invalid) for an address of the server that is none.
    explicit SmtpClient(SmtpServer server);
    SmtpClient(const SmtpClient&) = delete;
    SmtpClient& operator=(const SmtpClient&) = delete;
    ~SmtpClient();

    // nullopt: the server has taken it. Throws Error(unavailable) when libcurl is not installed.
    std::optional<SmtpRefusal> send(const SmtpMessage& message);

  private:
    const CurlLibrary& library();

    const SmtpServer server_;
    bool may_be_plain_ = false;
    std::mutex mutex_;  // guards library_
    std::unique_ptr<CurlLibrary> library_;
};

}  // namespace caas::net
