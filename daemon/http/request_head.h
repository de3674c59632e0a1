// Reads the request line and the headers, as strictly as RFC 9112 allows and where it leaves a
// choice the stricter one: two programs that read one request differently are how requests are
// smuggled. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/net/http_client.h"
#include "daemon/http/limits.h"
#include "daemon/http/refusal.h"

namespace caas::http {

struct Head {
    std::string method;
    std::string path;   // as sent, still percent-encoded
    std::string query;  // without the question mark
    bool is_http_1_0 = false;
    net::Headers headers;
    std::optional<std::uint64_t> content_length;
    bool keeps_alive = true;
    bool expects_continue = false;

    // The value of the first header of that name, whatever its case; nullptr when there is none.
    const std::string* header(std::string_view name) const;
};

// `text`: everything up to and including the empty line.
std::variant<Head, Refusal> parse_head(std::string_view text, const Limits& limits);

// The Origin in what has arrived of a header that is refused without being understood: only good
// for saying who may read the refusal. Empty when it is not there, or not once.
std::string_view find_origin(std::string_view text);

bool is_same_word(std::string_view a, std::string_view b);
// Whether a comma-separated list of words holds `word`, whatever their case.
bool lists_word(std::string_view list, std::string_view word);

}  // namespace caas::http
