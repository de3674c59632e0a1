#include "core/api/route_match.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/error.h"

namespace caas::api {
namespace {

using Segments = std::vector<std::string_view>;

// An empty one between two slashes is one as well: an id that is nothing.
Segments split(std::string_view path) {
    Segments out;
    if (path.starts_with('/'))
        path.remove_prefix(1);
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return out;
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

struct Pattern {
    const Route* route;
    Segments segments;
};

const std::vector<Pattern>& patterns() {
    static const auto all = [] {
        std::vector<Pattern> out;
        for (const auto& route : routes())
            out.push_back({&route, split(route.pattern)});
        return out;
    }();
    return all;
}

// How many literal segments matched; nullopt when the pattern does not fit.
std::optional<int> fit(const Segments& pattern, const Segments& path) {
    if (pattern.size() != path.size())
        return std::nullopt;
    int literal = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (is_parameter(pattern[i]) && !path[i].empty())
            continue;
        if (pattern[i] != path[i])
            return std::nullopt;
        ++literal;
    }
    return literal;
}

}  // namespace

Match match(std::string_view method, std::string_view path) {
    const auto segments = split(path);
    const auto wanted = method == "HEAD" ? "GET" : method;
    Match found;
    int best = -1;
    for (const auto& [route, pattern] : patterns()) {
        const auto literal = fit(pattern, segments);
        // `content/generate` is not the content of that name.
        if (!literal || *literal < best)
            continue;
        if (*literal > best) {
            best = *literal;
            found = {};
        }
        found.allowed += (found.allowed.empty() ? "" : ", ") +
                         std::string(route->method == "GET" ? "GET, HEAD" : route->method);
        if (route->method == wanted)
            found.route = route;
    }
    return found;
}

PathParameters parameters_of(std::string_view pattern, std::string_view path) {
    PathParameters out;
    const auto values = split(path);
    const auto names = split(pattern);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!is_parameter(names[i]))
            continue;
        auto value = percent_decode(values.at(i), false);
        if (!value)
            throw Error(Code::bad_request, "The path has a broken percent escape");
        out.emplace(names[i].substr(1, names[i].size() - 2), *std::move(value));
    }
    return out;
}

}  // namespace caas::api
