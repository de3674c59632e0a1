// The far end of the HTTP case: one process, one thread, answers at once.
#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/queue/driver.h"

namespace caas::bench {
namespace {

constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}";

struct Guest {
    int socket = -1;
    std::string head;
};

std::size_t length_of(std::string_view head) {
    constexpr std::string_view name = "Content-Length: ";
    const auto at = head.find(name);
    return at == std::string_view::npos
               ? 0
               : std::strtoul(std::string(head.substr(at + name.size(), 10)).c_str(), nullptr, 10);
}

// False when it left.
bool serve(Guest& guest) {
    std::array<char, 16384> bytes{};
    const auto got = ::recv(guest.socket, bytes.data(), bytes.size(), 0);
    if (got <= 0)
        return false;
    guest.head.append(bytes.data(), static_cast<std::size_t>(got));
    const auto end = guest.head.find("\r\n\r\n");
    if (end == std::string::npos || guest.head.size() < end + 4 + length_of(guest.head))
        return true;
    guest.head.clear();
    return ::send(guest.socket, answer.data(), answer.size(), MSG_NOSIGNAL) > 0;
}

[[noreturn]] void serve_all(int listener) {
    std::vector<Guest> guests;
    std::vector<pollfd> sources;
    while (true) {
        sources.assign(1, {listener, POLLIN, 0});
        for (const auto& guest : guests)
            sources.push_back({guest.socket, POLLIN, 0});
        ::poll(sources.data(), sources.size(), -1);
        for (std::size_t i = guests.size(); i > 0; --i) {
            if (sources[i].revents == 0 || serve(guests[i - 1]))
                continue;
            ::close(guests[i - 1].socket);
            guests.erase(guests.begin() + static_cast<std::ptrdiff_t>(i) - 1);
        }
        if (sources.front().revents == 0)
            continue;
        const int made = ::accept(listener, nullptr, nullptr);
        const int on = 1;
        ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (made >= 0)
            guests.push_back({made, {}});
    }
}

}  // namespace

std::string start_sink() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): how sockets are named
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener, 512) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no port for the sink");
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    const auto parent = ::getpid();
    if (::fork() == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() == parent)
            serve_all(listener);
        std::_Exit(1);
    }
    ::close(listener);
    return "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

}  // namespace caas::bench
