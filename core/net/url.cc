#include "core/net/url.h"

#include <algorithm>
#include <charconv>

#include "core/net/address.h"

namespace caas::net {
namespace {

constexpr std::size_t most_bytes = 8192;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_value(char c) {
    if (is_digit(c))
        return c - '0';
    const char low = lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

bool is_plain(char c) {
    return c > 0x20 && c < 0x7f && c != '\\';
}

int own_port(std::string_view scheme) {
    return scheme == "https" ? 443 : 80;
}

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-')
        return false;
    // "1.2.3" and "0x7f.1" are addresses to some readers and names to others: what ends in a number
    // must be a whole dotted quad.
    const auto last = host.substr(host.find_last_of('.') + 1);
    if (!last.empty() && is_digit(last.front()) && !is_ip(host))
        return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

std::optional<int> port_of(std::string_view text) {
    int port = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    if (text.empty() || read.ec != std::errc() || read.ptr != end || port < 1 || port > 65535)
        return std::nullopt;
    return port;
}

// Reads "host", "host:port" or "[v6]:port" into `url`; false when it is none of these.
bool read_authority(std::string_view text, Url& url) {
    std::string_view rest;
    if (!text.empty() && text.front() == '[') {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return false;
        url.host = std::string(text.substr(1, end - 1));
        if (url.host.find(':') == std::string::npos || !is_ip(url.host))
            return false;
        rest = text.substr(end + 1);
        if (!rest.empty() && rest.front() != ':')
            return false;
    } else {
        const auto colon = text.find(':');
        url.host = std::string(text.substr(0, colon));
        if (!is_host_name(url.host))
            return false;
        rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    }
    std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
    url.port = own_port(url.scheme);
    if (rest.size() > 1) {
        const auto port = port_of(rest.substr(1));
        if (!port)
            return false;
        url.port = *port;
    }
    return true;
}

std::optional<std::string> decode(std::string_view text, bool has_plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && has_plus) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size())
                return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0)
                return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

}  // namespace

std::string Url::origin() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    std::string out = scheme + "://" + (is_v6 ? "[" + host + "]" : host);
    if (port != own_port(scheme))
        out += ":" + std::to_string(port);
    return out;
}

std::string Url::text() const {
    return query.empty() ? without_query() : without_query() + "?" + query;
}

std::string Url::without_query() const {
    return origin() + path;
}

bool Url::is_loopback() const {
    return host == "localhost" || is_loopback_ip(host);
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > most_bytes || !std::all_of(text.begin(), text.end(), is_plain))
        return std::nullopt;
    Url url;
    const auto colon = text.find("://");
    if (colon == std::string_view::npos)
        return std::nullopt;
    url.scheme = std::string(text.substr(0, colon));
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), lower);
    if (url.scheme != "http" && url.scheme != "https")
        return std::nullopt;
    auto rest = text.substr(colon + 3);
    rest = rest.substr(0, rest.find('#'));
    const auto end = rest.find_first_of("/?");
    if (!read_authority(rest.substr(0, end), url))
        return std::nullopt;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
    const auto question = rest.find('?');
    url.path = std::string(rest.substr(0, question));
    if (question != std::string_view::npos)
        url.query = std::string(rest.substr(question + 1));
    if (url.path.empty())
        url.path = "/";
    return url;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 0xfU];
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    return decode(text, false);
}

std::string form_encode(const Pairs& pairs) {
    std::string out;
    for (const auto& [key, value] : pairs) {
        if (!out.empty())
            out += '&';
        out += percent_encode(key);
        out += '=';
        out += percent_encode(value);
    }
    return out;
}

Pairs form_decode(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (pair.empty())
            continue;
        const auto equals = pair.find('=');
        auto key = decode(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : decode(pair.substr(equals + 1), true);
        if (key && value)
            pairs.emplace_back(std::move(*key), std::move(*value));
    }
    return pairs;
}

std::string join(std::string_view base, std::string_view path) {
    while (!base.empty() && base.back() == '/')
        base.remove_suffix(1);
    while (!path.empty() && path.front() == '/')
        path.remove_prefix(1);
    return std::string(base) + "/" + std::string(path);
}

std::string with_query(std::string_view url, const Pairs& pairs) {
    std::string out(url);
    if (!pairs.empty())
        out += (url.find('?') == std::string_view::npos ? "?" : "&") + form_encode(pairs);
    return out;
}

}  // namespace caas::net
