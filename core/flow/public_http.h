// The network for accounts that somebody connected from elsewhere: public addresses only, at every
// request of the account's life, since a name can lead elsewhere tomorrow. The account's `config`
// remembers that.
//
// Thread-safe as the client behind it is.
#pragma once

#include <string>
#include <string_view>

#include "core/net/http_client.h"

namespace caas::flow {

class PublicHttp final : public net::HttpClient {
  public:
    // `http` must outlive it.
    explicit PublicHttp(net::HttpClient& http) : http_(http) {}

    net::Result send(const net::Request& request) override;

  private:
    net::HttpClient& http_;
};

// `config` of an account with the mark, and whether it has it. Pure.
std::string with_public_only(std::string_view config);
bool is_public_only(std::string_view config);

}  // namespace caas::flow
