// Pretend AI providers: answers requests in the four wire formats without a network, by the schema
// they ask for, and fails as it is told. Any base URL works; the path decides which one is meant.
//
// Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/net/http_client.h"
#include "core/sandbox/provider_fault.h"
#include "core/sandbox/provider_reply.h"

namespace caas::sandbox {

class ProviderSandbox {
  public:
    // The next request gets this fault; several wait in a line. An empty line leaves it to the
    // marker in the prompt (provider_fault.h).
    void queue(Fault fault);
    // A request without a key, or with one that holds "bad", is refused as a wrong key would be;
    // chat completions need none.
    ProviderReply handle(const net::Request& request);
    std::vector<net::Request> asked() const;

  private:
    Fault fault_for(const net::Request& request);

    mutable std::mutex mutex_;
    std::deque<Fault> queue_;
    std::map<std::string, int> used_;  // how often each counted marker has struck
    std::vector<net::Request> asked_;
};

// Whether the path is one of a provider's: for a sandbox that also pretends to be platforms.
bool is_provider_path(std::string_view url);

}  // namespace caas::sandbox
