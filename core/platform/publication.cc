#include "core/platform/publication.h"

#include <algorithm>

#include "core/net/url.h"

namespace caas::platform {
namespace {

// Shorter numbers may stand in an address by chance.
constexpr std::size_t least_telling_digits = 12;

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string> segments_of(const net::Url& url) {
    std::vector<std::string> segments;
    std::string_view rest = url.path;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('/'), rest.size());
        if (const auto one = rest.substr(0, end); !one.empty())
            segments.push_back(net::percent_decode(one).value_or(std::string(one)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return segments;
}

// Of "urn:li:share:42" and "555_42": "42".
std::string_view number_of(std::string_view id) {
    const auto before = id.find_last_not_of("0123456789");
    if (before == std::string_view::npos || (id[before] != ':' && id[before] != '_'))
        return id;
    return id.substr(before + 1);
}

bool holds(const net::Url& address, std::string_view word) {
    if (word.empty())
        return false;
    const auto segments = segments_of(address);
    const auto query = net::form_decode(address.query);
    return std::ranges::find(segments, word) != segments.end() ||
           std::ranges::any_of(query, [&](const auto& pair) { return pair.second == word; });
}

// An address as people copy it says more than the platform's own (?s=20), never less, and may lead
// over another host or the author's name to the same post.
bool is_same_place(const net::Url& address, const net::Url& url) {
    const auto theirs = segments_of(address);
    const auto ours = segments_of(url);
    if (theirs.empty() || ours.empty() || theirs.back() != ours.back())
        return false;
    const auto given = net::form_decode(address.query);
    return std::ranges::all_of(net::form_decode(url.query), [&](const auto& pair) {
        return std::ranges::find(given, pair) != given.end();
    });
}

bool leads_to(const std::string& address, std::string_view id, const std::string& url) {
    if (address.empty())
        return false;
    if (address == id || address == url)
        return true;
    const auto parsed = net::parse_url(address);
    if (!parsed)
        return false;
    const auto number = number_of(id);
    if (holds(*parsed, id) || holds(*parsed, number) ||
        (is_number(number) && number.size() >= least_telling_digits &&
         address.find(number) != std::string::npos))
        return true;
    const auto place = net::parse_url(url);
    return place && is_same_place(*parsed, *place);
}

// What the last segment names its post by: a number, a code, "urn:li:share:".
std::string form_of(const std::string& segment) {
    if (const auto colon = segment.rfind(':'); colon != std::string::npos)
        return segment.substr(0, colon + 1);
    return is_number(segment) ? "number" : "code";
}

// Whether both name their posts in the same manner, so that different names are different posts.
// Facebook gives one post many names that begin with "pfbid".
bool is_of_same_form(const std::string& address, const std::string& url) {
    const auto parsed = net::parse_url(address);
    const auto place = net::parse_url(url);
    if (!parsed || !place)
        return false;
    const auto theirs = segments_of(*parsed);
    const auto ours = segments_of(*place);
    return theirs.size() >= 2 && theirs.size() == ours.size() && theirs.back() != ours.back() &&
           theirs[theirs.size() - 2] == ours[ours.size() - 2] &&
           form_of(theirs.back()) == form_of(ours.back()) && !theirs.back().starts_with("pfbid");
}

}  // namespace

bool Publication::is_of_another(const std::string& id, const std::string& url) const {
    const auto is_made = [&](const std::string& word) {
        return !word.empty() && std::ranges::find(made_by_others, word) != made_by_others.end();
    };
    return is_made(id) || is_made(url) ||
           std::ranges::any_of(seen_of_others, [&](const std::string& address) {
               return leads_to(address, id, url);
           });
}

bool Publication::may_be_of_another(const std::string& id, const std::string& url) const {
    return is_of_another(id, url) ||
           std::ranges::any_of(seen_of_others, [&](const std::string& address) {
               return address.empty() || !is_of_same_form(address, url);
           });
}

}  // namespace caas::platform
