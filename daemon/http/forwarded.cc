#include "daemon/http/forwarded.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

#include "daemon/http/request_head.h"

namespace caas::http {
namespace {

struct Address {
    std::array<unsigned char, 16> bytes{};
    std::size_t size = 0;
};

std::optional<Address> parse(const std::string& text) {
    Address address;
    if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
        address.size = 4;
        return address;
    }
    if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
        address.size = 16;
        return address;
    }
    return std::nullopt;
}

bool is_trusted(const std::string& address, const std::vector<std::string>& trusted) {
    return std::ranges::any_of(
        trusted, [&address](const std::string& range) { return is_in_range(address, range); });
}

// The addresses of all X-Forwarded-For headers, the nearest proxy's last.
std::vector<std::string> forwarded_for(const net::Headers& headers) {
    std::vector<std::string> found;
    for (const auto& [name, value] : headers) {
        if (!is_same_word(name, "x-forwarded-for"))
            continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            auto one = rest.substr(0, comma);
            one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
            found.emplace_back(one.substr(0, one.find_last_not_of(" \t") + 1));
            if (comma == std::string_view::npos)
                break;
            rest.remove_prefix(comma + 1);
        }
    }
    return found;
}

}  // namespace

bool is_in_range(const std::string& address, std::string_view range) {
    const auto slash = range.find('/');
    const auto base = parse(std::string(range.substr(0, slash)));
    const auto one = parse(address);
    if (!base || !one || base->size != one->size)
        return false;
    std::size_t bits = base->size * 8;
    if (slash != std::string_view::npos) {
        const auto digits = range.substr(slash + 1);
        const auto* end = digits.data() + digits.size();
        const auto [stop, fault] = std::from_chars(digits.data(), end, bits);
        if (fault != std::errc() || stop != end || bits > base->size * 8)
            return false;
    }
    for (std::size_t i = 0; i < bits; ++i) {
        const auto mask = 0x80U >> (i % 8);
        if ((base->bytes[i / 8] & mask) != (one->bytes[i / 8] & mask))
            return false;
    }
    return true;
}

std::string caller_address(
    const std::string& peer, const net::Headers& headers, const std::vector<std::string>& trusted) {
    auto caller = peer;
    if (trusted.empty() || !is_trusted(peer, trusted))
        return caller;
    auto claimed = forwarded_for(headers);
    while (!claimed.empty()) {
        if (!parse(claimed.back()))
            return caller;
        caller = claimed.back();
        if (!is_trusted(caller, trusted))
            return caller;
        claimed.pop_back();
    }
    return caller;
}

}  // namespace caas::http
