// The pretend providers behind the HTTP seam: no socket, waits on the clock that it is given.
// Thread-safe as its parts are.
#pragma once

#include "core/base/clock.h"
#include "core/net/http_client.h"
#include "core/sandbox/provider_sandbox.h"

namespace caas::sandbox {

class ProviderHttp final : public net::HttpClient {
  public:
    // Both must outlive it.
    ProviderHttp(ProviderSandbox& providers, Clock& clock) : providers_(providers), clock_(clock) {}

    net::Result send(const net::Request& request) override;

  private:
    ProviderSandbox& providers_;
    Clock& clock_;
};

}  // namespace caas::sandbox
