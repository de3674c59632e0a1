#include "daemon/policy.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/config/setting.h"
#include "daemon/http/forwarded.h"

namespace caas::daemon {
namespace {

// "https://caas.example.org:8443/x" without what follows the authority.
std::string_view origin_of(std::string_view url) {
    const auto authority = url.find("://");
    if (authority == std::string_view::npos)
        return {};
    return url.substr(0, url.find_first_of("/?#", authority + 3));
}

// The name in "https://name:8443".
std::string_view host_of(std::string_view origin) {
    auto host = origin.substr(origin.find("://") + 3);
    if (host.starts_with('['))
        return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

bool is_same_price(const config::Price& a, const config::Price& b) {
    return a.model_prefix == b.model_prefix && a.input == b.input &&
           a.cached_input == b.cached_input && a.output == b.output;
}

}  // namespace

http::Policy policy_of(const config::Settings& settings, const http::Place& place) {
    http::Policy policy;
    if (!place.host.empty())
        policy.hosts.push_back(place.host);
    const auto url = settings.text("http.public_url");
    if (const auto origin = origin_of(url); !origin.empty()) {
        policy.origins.emplace_back(origin);
        policy.hosts.emplace_back(host_of(origin));
    }
    policy.cors_origins = settings.list("http.cors_origins");
    policy.origins.insert(
        policy.origins.end(), policy.cors_origins.begin(), policy.cors_origins.end());
    policy.trusted_proxies = settings.list("http.trusted_proxies");
    for (const auto& range : policy.trusted_proxies) {
        // An address lies in its own range; what is none lies in nothing.
        if (!http::is_in_range(range.substr(0, range.find('/')), range))
            throw Error(
                Code::invalid,
                "\"" + range + "\" in http.trusted_proxies (" +
                    settings.whence("http.trusted_proxies") + ") is no address",
                "Write addresses such as 127.0.0.1, or ranges such as 10.0.0.0/8");
    }
    return policy;
}

bool is_same(const config::Settings& a, const config::Settings& b) {
    return std::ranges::equal(a.prices(), b.prices(), is_same_price) &&
           std::ranges::all_of(config::all_settings(), [&](const config::Setting& setting) {
               return setting.is_secret ? a.secret(setting.name) == b.secret(setting.name)
                                        : a.text(setting.name) == b.text(setting.name);
           });
}

}  // namespace caas::daemon
