// The address of a daemon elsewhere, as people type it.
#pragma once

#include <span>
#include <string>

namespace caas::cli {

// Scheme, host, port and perhaps a path in front of /api, without a slash at its end; what a person
// copied from a request ("…/api/v1/") is forgiven. Throws Error(usage) when it is no URL, or is
// plain http to another machine, where a token would travel in the open; `plain_http_hosts` are
// excepted.
std::string server_address(
    const std::string& given, std::span<const std::string> plain_http_hosts = {});

}  // namespace caas::cli
