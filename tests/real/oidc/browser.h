// The little that a browser does while somebody signs in: follows where it is sent, keeps cookies,
// fills the two forms of oidc-provider's development pages.
#pragma once

#include <map>
#include <string>

#include "core/net/http_client.h"

namespace caas::real {

class Browser {
  public:
    explicit Browser(net::HttpClient& http) : http_(http) {}

    // Opens the authorize page, signs in, allows it; gives the address of `redirect_uri` it ends
    // at, which is not opened. Throws std::runtime_error when it ends elsewhere.
    std::string allow(const std::string& authorize_url, const std::string& redirect_uri);

  private:
    net::Response send(net::Request request);

    net::HttpClient& http_;
    std::map<std::string, std::string> cookies_;
};

}  // namespace caas::real
