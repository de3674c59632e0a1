#include "cli/browser_return.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas::cli {
namespace {

constexpr std::string_view path = "/callback";
constexpr std::size_t most_head_bytes = 16U << 10U;
// How long `stop` may go unnoticed, and how long a browser may take to say what it wants.
constexpr int tick_ms = 200;
constexpr int head_ms = 5000;

constexpr std::string_view page =
    "<!doctype html><html lang=\"en\"><head><meta "
    "charset=\"utf-8\"><title>caas</title></head><body "
    "style=\"font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem\">"
    "<h1>Back to the terminal</h1><p>caas goes on there. You can close this page.</p></body>"
    "</html>\n";

// Closes what it holds.
class Socket {
  public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}

    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    ~Socket() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

bool is_readable(int descriptor, int wait_ms) {
    pollfd source{descriptor, POLLIN, 0};
    return ::poll(&source, 1, wait_ms) > 0;
}

// The first line and the headers; empty when none came in time.
std::string read_head(int socket) {
    std::string head;
    std::array<char, 2048> piece{};
    while (head.size() < most_head_bytes && head.find("\r\n\r\n") == std::string::npos) {
        if (!is_readable(socket, head_ms))
            return {};
        const auto count = ::recv(socket, piece.data(), piece.size(), 0);
        if (count <= 0)
            return {};
        head.append(piece.data(), static_cast<std::size_t>(count));
    }
    return head;
}

void answer(int socket, bool is_wanted) {
    std::string out = is_wanted ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 404 Not Found\r\n";
    out +=
        "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
        "Referrer-Policy: no-referrer\r\nConnection: close\r\nContent-Length: ";
    const auto body = is_wanted ? page : std::string_view();
    out += std::to_string(body.size()) + "\r\n\r\n";
    out += body;
    std::string_view rest = out;
    while (!rest.empty()) {
        const auto count = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count <= 0)
            return;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

// "/callback?…" of "GET /callback?… HTTP/1.1"; empty when it asks for anything else.
std::string target_in(std::string_view head) {
    constexpr std::string_view method = "GET ";
    if (!head.starts_with(method))
        return {};
    head.remove_prefix(method.size());
    const auto target = head.substr(0, head.find_first_of(" \r\n"));
    return target.substr(0, target.find('?')) == path ? std::string(target) : std::string();
}

}  // namespace

BrowserReturn::BrowserReturn(int port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const int yes = 1;
    socklen_t length = sizeof(address);
    const bool listens =
        listener_ >= 0 &&
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        ::bind(listener_, generic, sizeof(address)) == 0 && ::listen(listener_, 4) == 0 &&
        ::getsockname(listener_, generic, &length) == 0;
    if (!listens) {
        const std::string why = std::strerror(errno);
        if (listener_ >= 0)
            ::close(listener_);
        throw Error(
            Code::unavailable,
            "No browser can come back to 127.0.0.1" +
                (port > 0 ? ":" + std::to_string(port) : std::string()) + ": " + why,
            "Name another port with --port, or use --paste.");
    }
    port_ = ntohs(address.sin_port);
}

BrowserReturn::~BrowserReturn() {
    ::close(listener_);
}

std::string BrowserReturn::url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

std::string BrowserReturn::wait(std::chrono::milliseconds most, const std::stop_token& stop) const {
    for (std::int64_t waited = 0; waited < most.count(); waited += tick_ms) {
        if (stop.stop_requested())
            throw Error(Code::canceled, "Interrupted");
        if (!is_readable(listener_, tick_ms))
            continue;
        const Socket peer(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        if (peer.get() < 0)
            continue;
        auto target = target_in(read_head(peer.get()));
        answer(peer.get(), !target.empty());
        if (!target.empty())
            return target;
    }
    throw Error(
        Code::timeout, "Nobody came back from the browser in time", "Begin again when you like.");
}

}  // namespace caas::cli
