#include "core/text/facet.h"

#include <algorithm>
#include <cstddef>

#include "core/text/char_class.h"
#include "core/text/points.h"
#include "core/text/tld.h"
#include "core/text/unicode_class.h"
#include "core/text/utf16.h"

namespace caas::text {
namespace {

// The client takes no longer tag (UTF-16 units), the lexicon no longer URI (bytes).
constexpr std::size_t tag_limit = 64;
constexpr std::size_t uri_limit = 8192;
constexpr std::size_t ticker_limit = 5;

Facet facet_of(
    const Points& line, FacetKind kind, std::size_t begin, std::size_t end, std::string value) {
    return {kind, line.byte_at(begin), line.byte_at(end), std::move(value)};
}

bool is_word(char32_t c) {
    return is_ascii_alnum(c) || c == '_';
}

bool is_free(const Points& line, std::size_t at, bool allows_bracket) {
    return at == 0 || is_js_space(line[at - 1]) || (allows_bracket && line[at - 1] == '(');
}

bool has_known_ending(std::string_view domain) {
    const std::size_t dot = domain.rfind('.');
    return dot != std::string_view::npos && is_top_level_domain(domain.substr(dot + 1));
}

void find_mentions(const Points& line, std::vector<Facet>& out) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] != '@' || !is_free(line, at, true)) {
            continue;
        }
        std::size_t end = at + 1;
        while (end < line.size() &&
               (is_ascii_alnum(line[end]) || line[end] == '.' || line[end] == '-')) {
            ++end;
        }
        // Back to where a word ends or begins.
        const auto is_edge = [&line](std::size_t i) {
            return is_word(line[i - 1]) != (i < line.size() && is_word(line[i]));
        };
        while (end > at + 1 && !is_edge(end)) {
            --end;
        }
        const std::string handle = line.slice(at + 1, end);
        const bool is_test = handle.size() > 5 && handle.substr(handle.size() - 5) == ".test";
        if (is_test || (handle.find('.') != 0 && has_known_ending(handle))) {
            out.push_back(facet_of(line, FacetKind::mention, at, end, handle));
        }
    }
}

bool starts_with(const Points& line, std::size_t at, std::string_view lower) {
    for (std::size_t i = 0; i < lower.size(); ++i) {
        if (at + i >= line.size() ||
            ascii_lower(line[at + i]) != static_cast<unsigned char>(lower[i])) {
            return false;
        }
    }
    return true;
}

// The end of "name.name" at `at`, or `at`.
std::size_t domain_end(const Points& line, std::size_t at) {
    const auto skip = [&line](std::size_t i) {
        while (i < line.size() && is_ascii_alnum(line[i])) {
            ++i;
        }
        return i;
    };
    if (!is_ascii_letter(line[at])) {
        return at;
    }
    const std::size_t first = skip(at);
    std::size_t end = first;
    while (end + 1 < line.size() && line[end] == '.' && is_ascii_alnum(line[end + 1])) {
        end = skip(end + 1);
    }
    return end > first ? end : at;
}

void add_link(
    const Points& line, std::size_t begin, std::size_t end, bool is_bare, std::vector<Facet>& out) {
    constexpr std::u32string_view punctuation = U".,;:!?";
    if (punctuation.find(line[end - 1]) != std::u32string_view::npos) {
        --end;
    }
    const std::string text = line.slice(begin, end);
    std::string uri = (is_bare ? "https://" : "") + text;
    if (uri.back() == ')' && uri.find('(') == std::string::npos) {
        uri.pop_back();
        --end;
    }
    // What the lexicon calls a URI has something but a slash behind its "//".
    const std::size_t host = uri.find("://") + 3;
    if (host < uri.size() && uri[host] != '/' && uri.size() <= uri_limit) {
        out.push_back(facet_of(line, FacetKind::link, begin, end, std::move(uri)));
    }
}

void find_links(const Points& line, std::vector<Facet>& out) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (!is_free(line, at, true)) {
            continue;
        }
        const std::size_t scheme = starts_with(line, at, "https://")  ? 8
                                   : starts_with(line, at, "http://") ? 7
                                                                      : 0;
        const bool has_scheme =
            scheme > 0 && at + scheme < line.size() && !is_js_space(line[at + scheme]);
        const std::size_t domain = has_scheme ? at : domain_end(line, at);
        if (!has_scheme && domain == at) {
            continue;
        }
        std::size_t end = has_scheme ? at + scheme : domain;
        while (end < line.size() && !is_js_space(line[end])) {
            ++end;
        }
        // The client links "http…" in small letters only.
        const bool is_linked = has_scheme ? line.slice(at, at + 4) == "http"
                                          : has_known_ending(line.slice(at, domain));
        if (is_linked) {
            add_link(line, at, end, !has_scheme, out);
        }
        at = end - 1;
    }
}

bool ends_tag(char32_t c) {
    constexpr std::u32string_view invisible = U"\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2";
    return is_js_space(c) || invisible.find(c) != std::u32string_view::npos;
}

void find_tags(const Points& line, std::vector<Facet>& out) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if ((line[at] != '#' && line[at] != 0xFF03) || !is_free(line, at, false)) {
            continue;
        }
        std::size_t end = at + 1;
        bool has_letter = false;
        for (; end < line.size() && !ends_tag(line[end]); ++end) {
            has_letter = has_letter || (!is_ascii_digit(line[end]) && !is_punctuation(line[end]));
        }
        if (!has_letter || line[at + 1] == 0xFE0F) {
            continue;
        }
        while (is_punctuation(line[end - 1])) {
            --end;
        }
        std::size_t units = 0;
        for (std::size_t i = at + 1; i < end; ++i) {
            units += units_of(line[i]);
        }
        if (units > 0 && units <= tag_limit) {
            out.push_back(facet_of(line, FacetKind::tag, at, end, line.slice(at + 1, end)));
        }
    }
}

void find_cashtags(const Points& line, std::vector<Facet>& out) {
    constexpr std::u32string_view closing = U".,;:!?)\"'\u2019";
    for (std::size_t at = 0; at + 1 < line.size(); ++at) {
        if (line[at] != '$' || !is_free(line, at, true) || !is_ascii_letter(line[at + 1])) {
            continue;
        }
        std::size_t end = at + 1;
        std::string value = "$";
        for (; end < line.size() && is_ascii_alnum(line[end]); ++end) {
            const char32_t c = line[end];
            value.push_back(static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c));
        }
        const bool is_closed = end >= line.size() || is_js_space(line[end]) ||
                               closing.find(line[end]) != std::u32string_view::npos;
        if (is_closed && end - at - 1 <= ticker_limit) {
            out.push_back(facet_of(line, FacetKind::tag, at, end, std::move(value)));
        }
    }
}

}  // namespace

std::string_view name(FacetKind kind) {
    switch (kind) {
        case FacetKind::mention:
            return "mention";
        case FacetKind::link:
            return "link";
        case FacetKind::tag:
            return "tag";
    }
    return "";
}

std::vector<Facet> facets(std::string_view text) {
    const Points line(text);
    std::vector<Facet> all;
    find_mentions(line, all);
    find_links(line, all);
    find_tags(line, all);
    find_cashtags(line, all);
    std::stable_sort(
        all.begin(), all.end(), [](const Facet& a, const Facet& b) { return a.begin < b.begin; });
    std::vector<Facet> out;
    for (Facet& facet : all) {
        if (out.empty() || out.back().end <= facet.begin) {
            out.push_back(std::move(facet));
        }
    }
    return out;
}

}  // namespace caas::text
