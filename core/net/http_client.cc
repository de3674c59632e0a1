#include "core/net/http_client.h"

#include <algorithm>

namespace caas::net {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

}  // namespace

std::optional<std::string> Response::header(std::string_view name) const {
    for (auto at = headers.rbegin(); at != headers.rend(); ++at) {
        if (is_same_name(at->first, name))
            return at->second;
    }
    return std::nullopt;
}

std::string_view name(Failure::Kind kind) {
    switch (kind) {
        case Failure::Kind::bad_url:
            return "bad_url";
        case Failure::Kind::refused_address:
            return "refused_address";
        case Failure::Kind::resolve:
            return "resolve";
        case Failure::Kind::connect:
            return "connect";
        case Failure::Kind::tls:
            return "tls";
        case Failure::Kind::timeout:
            return "timeout";
        case Failure::Kind::broken:
            return "broken";
        case Failure::Kind::too_large:
            return "too_large";
        case Failure::Kind::canceled:
            return "canceled";
    }
    return "broken";
}

}  // namespace caas::net
