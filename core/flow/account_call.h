// One call of a driver beside the engine, on behalf of an account: only where the account may
// reach. For one thread.
#pragma once

#include <vector>

#include "core/flow/public_http.h"
#include "core/flow/tools.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"

namespace caas::flow {

class AccountCall {
  public:
    // Both must outlive it.
    AccountCall(const Tools& tools, const platform::Access& access)
        : tools_(tools), guarded_(tools.http), is_guarded_(is_public_only(access.config)) {}

    platform::Tools tools() const {
        return {
            is_guarded_ ? static_cast<net::HttpClient&>(guarded_) : tools_.http,
            tools_.clock,
            tools_.random};
    }

  private:
    const Tools& tools_;
    mutable PublicHttp guarded_;
    bool is_guarded_;
};

// The entry of each part of a post that went out, in the order of the parts.
std::vector<platform::Entry> published_entries(store::Reader& reader, const PostId& post);

}  // namespace caas::flow
