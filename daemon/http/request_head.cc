#include "daemon/http/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace caas::http {
namespace {

// Headers of which a second one is a fault or an attack, never a list.
constexpr std::array<std::string_view, 11> single{
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "idempotency-key",
    "if-match",
    "origin",
    "range",
    "transfer-encoding",
};

Refusal bad(std::string detail) {
    return {400, "bad_request", std::move(detail), {}};
}

bool is_alpha(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hex(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

// tchar of RFC 9110, 5.6.2
bool is_token_character(char c) {
    return is_alpha(c) || is_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_character);
}

// Visible characters, blanks and bytes of other alphabets; no control character.
bool is_field_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// Printable ASCII without the characters that RFC 3986 leaves out, escapes whole, and no NUL.
bool is_target(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c <= ' ' || c >= 0x7f ||
            std::string_view("\"#<>\\^`{|}").find(c) != std::string_view::npos)
            return false;
        if (c == '%' && (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]) ||
                         text.substr(i + 1, 2) == "00"))
            return false;
    }
    return true;
}

std::optional<Refusal> read_target(std::string_view target, Head& head, std::string& authority) {
    // The absolute form is for proxies, but a server must understand it (RFC 9112, 3.2.2).
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.starts_with(scheme)) {
            target.remove_prefix(scheme.size());
            const auto slash = target.find('/');
            if (slash == std::string_view::npos || slash == 0)
                return bad("The request target has no path");
            authority = target.substr(0, slash);
            target.remove_prefix(slash);
            break;
        }
    }
    if (!target.starts_with('/') || !is_target(target))
        return bad("The request target is not a valid path");
    const auto mark = target.find('?');
    head.path = target.substr(0, mark);
    if (mark != std::string_view::npos)
        head.query = target.substr(mark + 1);
    return std::nullopt;
}

std::optional<Refusal> read_request_line(
    std::string_view line, const Limits& limits, Head& head, std::string& authority) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return bad("The request line is not METHOD TARGET VERSION");
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (method.size() > 16 || !std::ranges::all_of(method, is_alpha))
        return bad("The method is not a word");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        if (version.starts_with("HTTP/"))
            return Refusal{505, "http_version", "Only HTTP/1.1 and HTTP/1.0 are spoken here", {}};
        return bad("The request line does not end in an HTTP version");
    }
    head.method = method;
    head.is_http_1_0 = version == "HTTP/1.0";
    head.keeps_alive = !head.is_http_1_0;
    if (target.size() > limits.most_target_bytes)
        return Refusal{414, "uri_too_long", "The address of this request is too long", {}};
    if (auto refusal = read_target(target, head, authority))
        return refusal;
    if (head.path.size() > limits.most_path_bytes)
        return Refusal{414, "uri_too_long", "The path of this request is too long", {}};
    return std::nullopt;
}

std::optional<Refusal> read_length(std::string_view value, Head& head) {
    std::uint64_t length = 0;
    const auto* end = value.data() + value.size();
    const auto [stop, fault] = std::from_chars(value.data(), end, length);
    // from_chars takes no sign for an unsigned number.
    if (fault != std::errc() || stop != end)
        return bad("Content-Length is not one whole number");
    head.content_length = length;
    return std::nullopt;
}

std::optional<Refusal> read_header(std::string_view line, Head& head) {
    if (line.front() == ' ' || line.front() == '\t')
        return bad("A header is folded over two lines");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return bad("A header has no colon");
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    if (!is_token(name))
        return bad("The name of a header is not a word");
    if (!is_field_value(value))
        return bad("A header holds a control character");
    const bool may_come_twice = std::ranges::none_of(
        single, [name](std::string_view known) { return is_same_word(name, known); });
    if (!may_come_twice && head.header(name) != nullptr)
        return bad("The header " + std::string(name) + " comes twice");

    head.headers.emplace_back(name, value);
    if (is_same_word(name, "content-length"))
        return read_length(value, head);
    if (is_same_word(name, "connection")) {
        if (lists_word(value, "close"))
            head.keeps_alive = false;
        else if (lists_word(value, "keep-alive") && head.is_http_1_0)
            head.keeps_alive = true;
    }
    if (is_same_word(name, "expect")) {
        if (!is_same_word(value, "100-continue"))
            return Refusal{417, "expectation_failed", "Only 100-continue can be expected", {}};
        head.expects_continue = !head.is_http_1_0;
    }
    return std::nullopt;
}

}  // namespace

std::string_view find_origin(std::string_view text) {
    std::string_view origin;
    bool is_request_line = true;
    for (auto end = text.find("\r\n"); end != std::string_view::npos && end > 0;
         end = text.find("\r\n")) {
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 2);
        const auto colon = line.find(':');
        if (std::exchange(is_request_line, false) || colon == std::string_view::npos ||
            !is_same_word(line.substr(0, colon), "origin"))
            continue;
        if (!origin.empty())
            return {};
        origin = trim(line.substr(colon + 1));
    }
    return origin;
}

bool is_same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char left, char right) {
        const auto lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        };
        return lower(left) == lower(right);
    });
}

bool lists_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (is_same_word(trim(list.substr(0, comma)), word))
            return true;
        if (comma == std::string_view::npos)
            return false;
        list.remove_prefix(comma + 1);
    }
    return false;
}

const std::string* Head::header(std::string_view name) const {
    const auto found = std::ranges::find_if(
        headers, [name](const net::Header& header) { return is_same_word(header.first, name); });
    return found == headers.end() ? nullptr : &found->second;
}

std::variant<Head, Refusal> parse_head(std::string_view text, const Limits& limits) {
    Head head;
    std::string authority;
    auto end = text.find("\r\n");
    if (end == std::string_view::npos)
        return bad("The request line has no end");
    if (auto refusal = read_request_line(text.substr(0, end), limits, head, authority))
        return std::move(*refusal);
    text.remove_prefix(end + 2);
    while (!text.empty()) {
        end = text.find("\r\n");
        if (end == std::string_view::npos)
            return bad("A header has no end");
        if (end == 0)
            break;
        if (head.headers.size() == limits.most_headers)
            return Refusal{431, "header_too_large", "This request has too many headers", {}};
        if (auto refusal = read_header(text.substr(0, end), head))
            return std::move(*refusal);
        text.remove_prefix(end + 2);
    }
    if (const auto* host = head.header("host"); !authority.empty() && host != nullptr) {
        if (!is_same_word(*host, authority))
            return bad("Host and the request target name two different hosts");
    }
    return head;
}

}  // namespace caas::http
