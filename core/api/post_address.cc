#include "core/api/post_address.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/net/url.h"
#include "core/platform/driver.h"

namespace caas::api {
namespace {

// Empty: anywhere.
std::vector<std::string> hosts_of(
    const platform::Driver& driver, const platform::Account& account) {
    if (driver.posts.hosts == platform::own_server) {
        const auto server = net::parse_url(account.base_url);
        return server ? std::vector{server->host} : std::vector<std::string>{};
    }
    std::vector<std::string> hosts;
    for (auto rest = driver.posts.hosts; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        hosts.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return hosts;
}

bool is_under(const std::string& host, const std::string& known) {
    return host == known || host.ends_with("." + known);
}

}  // namespace

void require_post_address(const platform::Account& account, const std::string& url) {
    const auto& driver = platform::get(account.platform);
    if (url.empty())
        throw Error(
            Code::invalid,
            "`url` is empty",
            "copy the address from the browser: https://…; when nobody knows it, leave `url` out",
            {{"/url", "url.invalid", "must be an http or https URL"}});
    if (!driver.posts.scheme.empty() && url.starts_with(driver.posts.scheme))
        return;
    const auto parsed = net::parse_url(url);
    if (!parsed)
        throw Error(
            Code::invalid,
            "`url` is no address of a post at " + std::string(driver.title),
            "copy the address from the browser: https://…",
            {{"/url", "url.invalid", "must be an http or https URL"}});
    const auto hosts = hosts_of(driver, account);
    const bool is_known = std::ranges::any_of(
        hosts, [&](const std::string& known) { return is_under(parsed->host, known); });
    if (!hosts.empty() && !is_known)
        throw Error(
            Code::invalid,
            "`url` is no address of a post at " + std::string(driver.title),
            "copy the address of the post at " + hosts.front() + " from the browser",
            {{"/url", "url.foreign", "must be at " + hosts.front()}});
}

}  // namespace caas::api
