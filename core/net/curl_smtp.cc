#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "core/base/error.h"
#include "core/net/curl_library.h"
#include "core/net/smtp.h"
#include "core/net/url.h"

namespace caas::net {
namespace {

constexpr long connect_timeout_ms = 10'000;
constexpr long total_timeout_ms = 30'000;

// Scheme and host of a mail server's address, read by the rules of web addresses.
std::optional<Url> parse_server(std::string_view text) {
    constexpr std::string_view plain = "smtp://";
    constexpr std::string_view encrypted = "smtps://";
    const bool is_encrypted = text.starts_with(encrypted);
    if (!is_encrypted && !text.starts_with(plain))
        return std::nullopt;
    const auto rest = text.substr(is_encrypted ? encrypted.size() : plain.size());
    auto url = parse_url((is_encrypted ? "https://" : "http://") + std::string(rest));
    if (!url || url->path.size() > 1 || !url->query.empty())
        return std::nullopt;
    return url;
}

// What may stand between the angle brackets of a command.
bool is_mailbox(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c < 0x7f && c != '<' && c != '>';
    });
}

// One message on its way through one handle.
class Sending {
  public:
    Sending(const CurlLibrary& library, const SmtpServer& server, bool may_be_plain)
        : library_(library), handle_(library.easy_init()) {
        if (handle_ == nullptr)
            throw Error(Code::internal, "libcurl gave no handle");
        set(CURLOPT_URL, server.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set(CURLOPT_USE_SSL, may_be_plain ? long{CURLUSESSL_TRY} : long{CURLUSESSL_ALL});
        if (!server.ca_file.empty())
            set(CURLOPT_CAINFO, server.ca_file.c_str());
        if (!server.user.empty()) {
            set(CURLOPT_USERNAME, server.user.c_str());
            set(CURLOPT_PASSWORD, server.password.reveal().c_str());
        }
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
        set(CURLOPT_TIMEOUT_MS, total_timeout_ms);
        set(CURLOPT_ERRORBUFFER, words_.data());
        set(CURLOPT_WRITEFUNCTION, &Sending::on_answer);
    }

    Sending(const Sending&) = delete;
    Sending& operator=(const Sending&) = delete;

    ~Sending() {
        library_.easy_cleanup(handle_);
        library_.slist_free_all(recipients_);
    }

    std::optional<SmtpRefusal> send(const SmtpMessage& message) {
        constexpr long first_permanent = 500;
        constexpr long past_permanent = 600;
        const auto from = "<" + message.from + ">";
        recipients_ = library_.slist_append(nullptr, ("<" + message.to + ">").c_str());
        if (recipients_ == nullptr)
            throw Error(Code::internal, "out of memory for a message");
        left_ = message.text;
        set(CURLOPT_MAIL_FROM, from.c_str());
        set(CURLOPT_MAIL_RCPT, recipients_);
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(left_.size()));
        set(CURLOPT_READFUNCTION, &Sending::on_read);
        set(CURLOPT_READDATA, this);
        const auto code = library_.easy_perform(handle_);
        if (code == CURLE_OK)
            return std::nullopt;
        long reply = 0;
        library_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &reply);
        const bool is_about_mail = code == CURLE_SEND_ERROR || code == CURLE_UPLOAD_FAILED ||
                                   code == CURLE_WEIRD_SERVER_REPLY;
        auto why = std::string(library_.easy_strerror(code));
        if (reply > 0)
            why += ", reply " + std::to_string(reply);
        return SmtpRefusal{
            is_about_mail && reply >= first_permanent && reply < past_permanent, std::move(why)};
    }

  private:
    template <typename Value>
    void set(CURLoption option, Value value) {
        if (library_.easy_setopt(handle_, option, value) != CURLE_OK)
            throw Error(Code::internal, "libcurl refused option " + std::to_string(option));
    }

    static std::size_t on_read(char* into, std::size_t size, std::size_t count, void* self) {
        auto& left = static_cast<Sending*>(self)->left_;
        const auto taken = std::min(left.size(), size * count);
        std::memcpy(into, left.data(), taken);
        left.remove_prefix(taken);
        return taken;
    }

    // What the server says is not for standard output.
    static std::size_t on_answer(
        char* /*bytes*/, std::size_t size, std::size_t count, void* /*self*/) {
        return size * count;
    }

    const CurlLibrary& library_;
    CURL* handle_;
    curl_slist* recipients_ = nullptr;
    std::string_view left_;  // of the message, which outlives the sending
    std::array<char, CURL_ERROR_SIZE> words_{};
};

}  // namespace

SmtpClient::SmtpClient(SmtpServer server) : server_(std::move(server)) {
    const auto url = parse_server(server_.url);
    if (!url)
        throw Error(
            Code::invalid,
            "The address of the mail server is not understood",
            "Write it as smtp://mail.example.org:587 or smtps://mail.example.org");
    may_be_plain_ = url->is_loopback() ||
                    std::ranges::find(server_.plain_hosts, url->host) != server_.plain_hosts.end();
}

SmtpClient::~SmtpClient() = default;

std::optional<SmtpRefusal> SmtpClient::send(const SmtpMessage& message) {
    if (!is_mailbox(message.from) || !is_mailbox(message.to))
        return SmtpRefusal{true, "the sender or the recipient is no e-mail address"};
    return Sending(library(), server_, may_be_plain_).send(message);
}

const CurlLibrary& SmtpClient::library() {
    const std::scoped_lock lock(mutex_);
    if (!library_)
        library_ = std::make_unique<CurlLibrary>(server_.library);
    return *library_;
}

}  // namespace caas::net
