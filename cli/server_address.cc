#include "cli/server_address.h"

#include <algorithm>
#include <string_view>

#include "core/base/error.h"
#include "core/net/url.h"

namespace caas::cli {

std::string server_address(
    const std::string& given, std::span<const std::string> plain_http_hosts) {
    const auto url = net::parse_url(given);
    if (!url)
        throw Error(
            Code::usage,
            "`" + given + "` is not the address of a server",
            "give one such as https://caas.example.org or http://localhost:8000");
    const bool is_excepted =
        std::find(plain_http_hosts.begin(), plain_http_hosts.end(), url->host) !=
        plain_http_hosts.end();
    if (!url->is_secure() && !url->is_loopback() && !is_excepted)
        throw Error(
            Code::usage,
            "Plain http to " + url->host + " would send your token in the open",
            "use https, or name the host in [net] plain_http_hosts");
    auto address = url->without_query();
    while (address.ends_with('/'))
        address.pop_back();
    for (const std::string_view tail : {"/api/v1", "/api"}) {
        if (address.ends_with(tail))
            address.resize(address.size() - tail.size());
    }
    return address;
}

}  // namespace caas::cli
