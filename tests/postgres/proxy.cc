#include "tests/postgres/proxy.h"

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace caas::fake {
namespace {

constexpr int look_again_ms = 20;

int connect_to(const std::filesystem::path& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

bool pass_on(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

PostgresProxy::PostgresProxy(std::filesystem::path socket)
    : socket_(std::move(socket)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no port for the proxy");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

PostgresProxy::~PostgresProxy() {
    acceptor_.request_stop();
    acceptor_.join();
    lines_.clear();
    ::close(listener_);
}

void PostgresProxy::accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd source{listener_, POLLIN, 0};
        if (::poll(&source, 1, look_again_ms) <= 0)
            continue;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        const std::scoped_lock lock(mutex_);
        lines_.emplace_back(
            [this, client](const std::stop_token& ending) { relay(client, ending); });
    }
}

void PostgresProxy::relay(int client, const std::stop_token& stop) {
    const int server = connect_to(socket_);
    std::array<char, 65536> buffer{};
    bool is_whole = server >= 0;
    while (is_whole && !stop.stop_requested() && manner_ != Manner::refusing) {
        if (manner_ == Manner::silent) {
            ::poll(nullptr, 0, look_again_ms);
            continue;
        }
        std::array<pollfd, 2> sources{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
        if (::poll(sources.data(), sources.size(), look_again_ms) <= 0 ||
            manner_ != Manner::passing)
            continue;
        for (const bool is_asked : {true, false}) {
            if (sources.at(is_asked ? 0 : 1).revents == 0)
                continue;
            const auto count = ::recv(is_asked ? client : server, buffer.data(), buffer.size(), 0);
            if (count <= 0) {
                is_whole = false;
                break;
            }
            const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
            const bool is_commit = is_asked && bytes.find("COMMIT") != std::string_view::npos;
            const auto cut = is_commit ? cut_.exchange(Cut::nothing) : Cut::nothing;
            is_whole = cut == Cut::nothing;
            if (cut != Cut::nothing) {
                manner_ = then_.load();
                ++cuts_;
            }
            if (cut != Cut::before_commit)
                is_whole = pass_on(is_asked ? server : client, bytes) && is_whole;
            if (cut == Cut::after_commit)
                // Its answer proves that the server is done; nobody gets it.
                ::recv(server, buffer.data(), buffer.size(), 0);
            if (!is_whole)
                break;
        }
    }
    ::close(client);
    if (server >= 0)
        ::close(server);
}

}  // namespace caas::fake
