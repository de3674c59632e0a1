// The HttpClient of the program, over libcurl. Thread-safe; several requests at once use several
// connections, and connections are kept alive per origin.
//
// libcurl is loaded when the first request is sent, because linking it costs every start of the
// program 5.5 ms and 6 MB (measured on Debian 12): `caas content list` never needs it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/net/http_client.h"

namespace caas::net {

struct CurlOptions {
    std::string user_agent = "caas/0.1.0";
    // A file of certificates to trust instead of the system's; empty: the system's.
    std::string ca_file{};
    // Hosts to which plain http is allowed besides loopback ("192.168.1.5" for a model server).
    std::vector<std::string> plain_http_hosts{};
    std::string library = "libcurl.so.4";
    // How many idle connections' handles are kept in all.
    std::size_t most_idle = 16;
};

// send() throws Error(unavailable) when libcurl is not installed, Error(internal) when it refuses
// an option, and whatever Request::on_data throws. Everything else is a Failure.
std::unique_ptr<HttpClient> curl_client(CurlOptions options = {});

}  // namespace caas::net
