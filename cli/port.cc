#include "cli/port.h"

#include <cerrno>
#include <string>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace caas::cli {
namespace {

struct Addresses {
    addrinfo* list = nullptr;

    Addresses() = default;
    Addresses(const Addresses&) = delete;
    Addresses& operator=(const Addresses&) = delete;

    ~Addresses() {
        if (list != nullptr)
            freeaddrinfo(list);
    }
};

bool can_bind(const addrinfo& address) {
    const int descriptor =
        socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol);
    if (descriptor < 0)
        return true;
    // As caasd does it: a port whose last connection is winding down is free.
    const int yes = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool is_taken =
        bind(descriptor, address.ai_addr, address.ai_addrlen) != 0 && errno == EADDRINUSE;
    close(descriptor);
    return !is_taken;
}

}  // namespace

bool is_free(std::string_view address) {
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos)
        return true;
    std::string host(address.substr(0, colon));
    if (host.size() > 1 && host.front() == '[')
        host = host.substr(1, host.size() - 2);
    const std::string port(address.substr(colon + 1));
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    // No name server is asked: a daemon listens on an address of its own machine.
    hints.ai_flags = AI_NUMERICSERV | AI_PASSIVE | (host == "localhost" ? 0 : AI_NUMERICHOST);
    Addresses found;
    if (getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found.list) != 0)
        return true;
    return found.list == nullptr || can_bind(*found.list);
}

}  // namespace caas::cli
