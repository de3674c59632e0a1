// URLs as caas uses them: absolute http and https only, strictly read, so that no other reader of
// the same text can see another host in it. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caas::net {

struct Url {
    std::string scheme;  // "http" or "https"
    std::string host;    // lower case; an IPv6 address without its brackets
    int port = 0;        // always set, 80 or 443 when the text had none
    std::string path;    // begins with a slash, still encoded
    std::string query;   // without the question mark, still encoded

    // scheme://host[:port], without the port where it is the scheme's own.
    std::string origin() const;
    std::string text() const;
    // For words to people and journals: keys may lie in a query.
    std::string without_query() const;

    bool is_secure() const { return scheme == "https"; }

    // "localhost", 127.0.0.0/8 or ::1.
    bool is_loopback() const;
};

// nullopt when it is no absolute http(s) URL, holds a user name, a space, a backslash, a control
// character or anything beyond ASCII, or is longer than 8,192 bytes. A fragment is dropped.
std::optional<Url> parse_url(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Encodes everything but letters, digits and "-._~" (RFC 3986, 2.3).
std::string percent_encode(std::string_view text);
// nullopt when a "%" is not followed by two hexadecimal digits. "+" stays "+".
std::optional<std::string> percent_decode(std::string_view text);
// application/x-www-form-urlencoded, with %20 for a space.
std::string form_encode(const Pairs& pairs);
// The pairs of a query or form; undecodable ones are left out. "+" is a space.
Pairs form_decode(std::string_view text);

// `base` and `path` with exactly one slash between them; both may already hold one.
std::string join(std::string_view base, std::string_view path);
// `url` with these added to its query.
std::string with_query(std::string_view url, const Pairs& pairs);

}  // namespace caas::net
