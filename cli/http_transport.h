// The API of a daemon, over HTTP(S). A request is sent once; a lost answer is said, not repeated.
#pragma once

#include <span>
#include <string>

#include "cli/transport.h"
#include "core/base/secret.h"

namespace caas::cli {

class HttpTransport final : public Transport {
  public:
    // `server` as server_address() takes it; throws Error(usage) as that does.
    HttpTransport(
        net::HttpClient& http,
        const std::string& server,
        Secret token,
        std::span<const std::string> plain_http_hosts = {});

    Answer send(const Ask& ask) override;

  private:
    net::HttpClient& http_;
    std::string server_;
    Secret token_;
};

}  // namespace caas::cli
