#include "daemon/http/listener.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/error.h"
#include "daemon/http/port_holder.h"

namespace caas::http {
namespace {

constexpr int backlog = 511;  // connections that wait to be accepted; the kernel may cap it

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const Place& place) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const auto port = std::to_string(place.port);
    const auto* host = place.host.empty() ? nullptr : place.host.c_str();
    if (::getaddrinfo(host, port.c_str(), &hints, &found) != 0 || found == nullptr)
        throw Error(
            Code::usage,
            "There is no address to listen on for " + place.text(),
            "Use an address of this machine, such as 127.0.0.1:8000");
    return Addresses(found);
}

[[noreturn]] void throw_for(int number, const Place& place) {
    if (number == EADDRINUSE) {
        const auto holder = describe_port_holder(place.port);
        throw Error(
            Code::conflict,
            "The address " + place.text() + " is in use" +
                (holder.empty() ? std::string() : " by " + holder),
            "Stop that program, or choose another address with --listen HOST:PORT");
    }
    if (number == EACCES)
        throw Error(
            Code::forbidden,
            "Listening on " + place.text() + " is not allowed",
            "Choose a port from 1024 on and let a proxy stand in front");
    if (number == EADDRNOTAVAIL)
        throw Error(
            Code::usage,
            "This machine does not have the address of " + place.text(),
            "Use an address of this machine, such as 127.0.0.1:8000");
    throw Error(
        Code::unavailable,
        "Listening on " + place.text() + " failed: " + std::system_category().message(number));
}

[[noreturn]] void throw_for_text(std::string_view text) {
    throw Error(
        Code::usage,
        "\"" + std::string(text) + "\" is no address to listen on",
        "Write HOST:PORT, such as 127.0.0.1:8000 or [::1]:8000");
}

std::uint16_t port_of(int socket) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size);
    // The port stands at the same place for both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&own)->sin_port);
}

// SO_REUSEADDR only: it lets us start again while old connections fade. With SO_REUSEPORT a second
// daemon would start too and take half of the requests.
Descriptor open_listener(addrinfo& address, const Place& place) {
    if (place.port != 0) {
        auto* four = reinterpret_cast<sockaddr_in*>(address.ai_addr);
        four->sin_port = htons(place.port);
    }
    Descriptor listener(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int yes = 1;
    if (listener)
        ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (listener && address.ai_family == AF_INET6)
        ::setsockopt(listener.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (!listener || ::bind(listener.get(), address.ai_addr, address.ai_addrlen) != 0 ||
        ::listen(listener.get(), backlog) != 0)
        throw_for(errno, place);
    return listener;
}

}  // namespace

std::string address_text(const sockaddr_storage& from) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (from.ss_family == AF_INET) {
        const auto* four = reinterpret_cast<const sockaddr_in*>(&from);
        inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size());
    } else if (from.ss_family == AF_INET6) {
        const auto* six = reinterpret_cast<const sockaddr_in6*>(&from);
        inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
    }
    std::string address(text.data());
    constexpr std::string_view mapped = "::ffff:";
    if (address.starts_with(mapped) && address.find('.') != std::string::npos)
        address.erase(0, mapped.size());
    return address;
}

std::string Place::text() const {
    const bool is_six = host.find(':') != std::string::npos;
    const auto shown = host.empty() ? std::string("*") : host;
    return (is_six ? "[" + shown + "]" : shown) + ":" + std::to_string(port);
}

bool Place::is_loopback() const {
    return host == "localhost" || host == "::1" || host.starts_with("127");
}

Place parse_place(std::string_view text) {
    Place place;
    place.host = "127.0.0.1";
    auto digits = text;
    if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
        auto host = text.substr(0, colon);
        digits = text.substr(colon + 1);
        if (host.starts_with('[') && host.ends_with(']'))
            host = host.substr(1, host.size() - 2);
        else if (host.find(':') != std::string_view::npos)
            throw_for_text(text);
        place.host = host == "*" ? std::string_view() : host;
    }
    const auto* end = digits.data() + digits.size();
    const auto [stop, fault] = std::from_chars(digits.data(), end, place.port);
    if (digits.empty() || fault != std::errc() || stop != end)
        throw_for_text(text);
    return place;
}

std::vector<Descriptor> listen_on(Place& place) {
    const auto addresses = resolve(place);
    std::vector<Descriptor> listeners;
    for (auto* one = addresses.get(); one != nullptr; one = one->ai_next) {
        try {
            listeners.push_back(open_listener(*one, place));
        } catch (const Error& error) {
            // A machine without IPv6 may still name ::1 in /etc/hosts.
            if (error.code() == Code::conflict || (listeners.empty() && one->ai_next == nullptr))
                throw;
            continue;
        }
        if (place.port == 0)
            place.port = port_of(listeners.back().get());
    }
    return listeners;
}

}  // namespace caas::http
