// The seam to mail: one message to one person. Implementations are thread-safe.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/net/smtp.h"

namespace caas::notice {

struct Mail {
    std::string to;  // an address alone
    std::string subject;
    std::string text;
};

struct Sent {
    std::string where;  // for the log: a file, or the name of the server
};

struct NotSent {
    bool is_for_good = false;
    std::string why;  // holds neither address nor text
};

using Delivery = std::variant<Sent, NotSent>;

class Mailer {
  public:
    Mailer() = default;
    Mailer(const Mailer&) = delete;
    Mailer& operator=(const Mailer&) = delete;
    virtual ~Mailer() = default;

    virtual Delivery send(const Mail& mail) = 0;
};

// Writes each message into a file of its own, which only the owner may read: for installations
// without a mail server.
std::unique_ptr<Mailer> folder_mailer(
    std::filesystem::path folder, std::string from, const Clock& clock, Random& random);

// Throws Error(invalid) for an address of the server that is none.
std::unique_ptr<Mailer> smtp_mailer(
    net::SmtpServer server, std::string from, const Clock& clock, Random& random);

enum class Encoding : std::uint8_t { eight_bit, base64 };

// The message as mail servers and programs read it (RFC 5322, RFC 2045): headers, an empty line,
// the text; lines end in CR LF. Pure but for its Message-ID.
std::string message_text(
    const Mail& mail, const std::string& from, Instant now, Random& random, Encoding encoding);
// "ana@example.org" of "Ana <ana@example.org>".
std::string address_in(const std::string& mailbox);

}  // namespace caas::notice
