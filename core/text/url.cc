#include "core/text/url.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "core/text/char_class.h"
#include "core/text/punycode.h"
#include "core/text/tld.h"
#include "core/text/utf16.h"

namespace caas::text {
namespace {

// Limits of twitter-text 3.1: extractUrlsWithIndices.js and lib/idna.js.
constexpr std::size_t url_limit = 4096;
constexpr std::size_t tco_slug_limit = 40;
constexpr std::size_t label_limit = 63;
constexpr std::size_t assumed_scheme = 8;  // "https://"

constexpr std::uint32_t none = 0;
using Ends = std::vector<std::uint32_t>;

bool is_label_char(char16_t unit) {
    return is_domain_char(unit) || unit == '_' || unit == '-';
}

// For each unit, where a domain that starts there ends, or none: labels with dots, the last one
// without "_", then a top-level domain; as many labels as possible. Filled from the back, so that
// each label is looked at once however many starts it serves.
Ends domain_ends(std::u16string_view text) {
    Ends ends(text.size() + 1, none);
    bool is_closed = false;  // the label around i is followed by a dot
    bool has_underscore = false;
    std::uint32_t farther = none;  // the end when the labels behind this one make a domain
    std::uint32_t tld = none;      // the end when this label is the last before a top-level domain
    for (std::size_t i = text.size(); i-- > 0;) {
        if (!is_label_char(text[i])) {
            continue;
        }
        if (i + 1 == text.size() || !is_label_char(text[i + 1])) {
            is_closed = i + 1 < text.size() && text[i + 1] == '.' && is_domain_char(text[i]);
            has_underscore = false;
            farther = is_closed ? ends[std::min(i + 2, text.size())] : none;
            tld = is_closed ? static_cast<std::uint32_t>(match_x_tld(text, i + 2)) : none;
        }
        has_underscore = has_underscore || text[i] == '_';
        if (is_closed && is_domain_char(text[i])) {
            ends[i] = farther != none ? farther : (has_underscore ? none : tld);
        }
    }
    return ends;
}

// The same for a domain of ASCII and accented Latin only.
Ends ascii_domain_ends(std::u16string_view text) {
    Ends ends(text.size() + 1, none);
    std::uint32_t end = none;
    for (std::size_t i = text.size(); i-- > 0;) {
        if (!is_ascii_domain_char(text[i])) {
            continue;
        }
        if (i + 1 == text.size() || !is_ascii_domain_char(text[i + 1])) {
            const bool is_closed = i + 1 < text.size() && text[i + 1] == '.';
            const std::uint32_t farther = is_closed ? ends[std::min(i + 2, text.size())] : none;
            end = farther != none || !is_closed
                      ? farther
                      : static_cast<std::uint32_t>(match_x_tld(text, i + 2));
        }
        ends[i] = end;
    }
    return ends;
}

bool starts_with(std::u16string_view text, std::size_t at, std::u16string_view lower) {
    if (text.size() - at < lower.size()) {
        return false;
    }
    for (std::size_t i = 0; i < lower.size(); ++i) {
        if (ascii_lower(text[at + i]) != lower[i]) {
            return false;
        }
    }
    return true;
}

std::size_t scheme_length(std::u16string_view text, std::size_t at) {
    return starts_with(text, at, u"https://") ? 8 : starts_with(text, at, u"http://") ? 7 : 0;
}

std::size_t skip_path_chars(std::u16string_view text, std::size_t at) {
    while (at < text.size() && is_path_char(text[at])) {
        ++at;
    }
    return at;
}

// The end of a group in brackets, with at most one group inside it, that starts at "(": else none.
std::size_t brackets_end(std::u16string_view text, std::size_t at) {
    const std::size_t first = skip_path_chars(text, at + 1);
    if (first >= text.size()) {
        return none;
    }
    if (text[first] == ')') {
        return first > at + 1 ? first + 1 : none;
    }
    if (text[first] != '(') {
        return none;
    }
    const std::size_t inner = skip_path_chars(text, first + 1);
    if (inner == first + 1 || inner >= text.size() || text[inner] != ')') {
        return none;
    }
    const std::size_t outer = skip_path_chars(text, inner + 1);
    return outer < text.size() && text[outer] == ')' ? outer + 1 : none;
}

// The end of a path whose "/" stands before `at`: behind the last character that may end one, and
// behind groups in brackets that follow it at once.
std::size_t path_end(std::u16string_view text, std::size_t at) {
    std::size_t end = at;
    while (at < text.size()) {
        if (is_path_char(text[at])) {
            end = is_path_end(text[at]) ? at + 1 : end;
            ++at;
        } else if (const std::size_t after = text[at] == '(' ? brackets_end(text, at) : none) {
            end = end == at ? after : end;
            at = after;
        } else {
            break;
        }
    }
    return end;
}

// The end of a query whose "?" stands at `at`, or `at` when there is none.
std::size_t query_end(std::u16string_view text, std::size_t at) {
    std::size_t end = at;
    if (at < text.size() && text[at] == '?') {
        for (std::size_t i = at + 1; i < text.size() && is_query_char(text[i]); ++i) {
            end = is_query_end(text[i]) ? i + 1 : end;
        }
    }
    return end;
}

struct Parts {
    std::size_t begin = 0;
    std::size_t domain = 0;
    std::size_t domain_end = 0;
    std::size_t end = 0;
    bool has_scheme = false;
    bool has_path = false;
};

std::optional<Parts> match_at(std::u16string_view text, const Ends& ends, std::size_t at) {
    Parts parts{.begin = at, .domain = at + scheme_length(text, at)};
    if (ends[parts.domain] == none) {
        parts.domain = at;
    }
    parts.has_scheme = parts.domain != at;
    parts.domain_end = ends[parts.domain];
    if (parts.domain_end == none) {
        return std::nullopt;
    }
    std::size_t end = parts.domain_end;
    if (end < text.size() && text[end] == ':') {
        std::size_t port = end + 1;
        while (port < text.size() && is_ascii_digit(text[port])) {
            ++port;
        }
        end = port > end + 1 ? port : end;
    }
    if (end < text.size() && text[end] == '/') {
        parts.has_path = true;
        end = path_end(text, end + 1);
    }
    parts.end = query_end(text, end);
    return parts;
}

// Punycode takes these for dots too (RFC 3490, section 3.1), after the package cut at ".".
bool is_wide_dot(char32_t c) {
    return c == 0x3002 || c == 0xFF0E || c == 0xFF61;
}

bool has_valid_labels(std::u16string_view domain) {
    std::u32string label;
    std::size_t length = 0;
    for (std::size_t i = 0; i <= domain.size(); ++i) {
        const char32_t point = i < domain.size() ? point_at(domain, i) : U'.';
        i += units_of(point) - 1;
        if (point != '.' && !is_wide_dot(point)) {
            label.push_back(point);
            continue;
        }
        length += punycode_length(label, label_limit);
        label.clear();
        if (is_wide_dot(point)) {
            ++length;
            continue;
        }
        if (length < 1 || length > label_limit) {
            return false;
        }
        length = 0;
    }
    return true;
}

bool is_valid(std::u16string_view text, const Parts& parts) {
    const std::size_t scheme = parts.has_scheme ? parts.domain - parts.begin : assumed_scheme;
    if (scheme + parts.end - parts.begin > url_limit) {
        return false;
    }
    const std::u16string_view domain = text.substr(parts.domain, parts.domain_end - parts.domain);
    if (domain.substr(0, 4) == u"xn--") {
        bool has_ascii_domain = false;
        for (const std::uint32_t end : ascii_domain_ends(domain)) {
            has_ascii_domain = has_ascii_domain || end != none;
        }
        if (!has_ascii_domain) {
            return false;
        }
    }
    return has_valid_labels(domain);
}

// Without a scheme only the parts of the domain in ASCII count, the last of them with the path.
void add_bare(std::u16string_view text, const Parts& parts, std::vector<UrlMatch>& out) {
    const std::u16string_view domain = text.substr(parts.domain, parts.domain_end - parts.domain);
    const Ends ends = ascii_domain_ends(domain);
    bool is_found = false;
    std::size_t searched = 0;
    for (std::size_t i = 0; i < domain.size(); ++i) {
        if (ends[i] == none) {
            continue;
        }
        // The package looks for the text it found from its last find on, which may be an earlier
        // place than where it found it.
        const std::u16string_view name = domain.substr(i, ends[i] - i);
        const std::size_t at = domain.find(name, searched);
        searched = at + name.size();
        out.push_back({parts.begin + at, parts.begin + searched, name.size(), false});
        is_found = true;
        i = ends[i] - 1;
    }
    if (is_found && parts.has_path) {
        UrlMatch& last = out.back();
        last.counted += parts.end - parts.domain_end;
        last.end = parts.end;
    }
}

void add_with_scheme(std::u16string_view text, const Parts& parts, std::vector<UrlMatch>& out) {
    std::size_t end = parts.end;
    const std::size_t slug = parts.domain + 5;
    if (starts_with(text, parts.domain, u"t.co/") && slug < end && is_ascii_alnum(text[slug])) {
        std::size_t slug_end = slug;
        while (slug_end < end && is_ascii_alnum(text[slug_end])) {
            ++slug_end;
        }
        if (slug_end - slug > tco_slug_limit) {
            return;
        }
        end = query_end(text.substr(0, end), slug_end);
    }
    out.push_back({parts.begin, end, end - parts.begin, true});
}

}  // namespace

std::vector<UrlMatch> find_urls(std::u16string_view text) {
    std::vector<UrlMatch> out;
    if (text.find(u'.') == std::u16string_view::npos) {
        return out;
    }
    const Ends ends = domain_ends(text);
    // `from` is where the next match may start, with the character in front of the URL.
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool has_before = at > from && is_before_url(text[at - 1]);
        // At the very start both readings are tried, the one with a character in front first.
        const bool waits = at == 0 && text.size() > 1 && is_before_url(text[0]) &&
                           match_at(text, ends, 1).has_value();
        if (waits || (!has_before && at > 0)) {
            continue;
        }
        const auto parts = match_at(text, ends, at);
        if (!parts) {
            continue;
        }
        from = parts->end;
        if (is_valid(text, *parts)) {
            const char16_t before = has_before ? text[at - 1] : u' ';
            if (parts->has_scheme) {
                add_with_scheme(text, *parts, out);
            } else if (before != '-' && before != '_' && before != '.' && before != '/') {
                add_bare(text, *parts, out);
            }
        }
        at = from - 1;
    }
    return out;
}

}  // namespace caas::text
