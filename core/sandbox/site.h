// The sandbox as people use it (caasd --sandbox): the pretend platforms with the pages on which one
// allows the application, the pretend AI providers, and a page that shows what was published and
// lets one play faults. Without a socket: the daemon serves it on loopback. Thread-safe.
//
//   /sandbox                      the page
//   /sandbox/files/PLATFORM/ID    a picture or video on it
//   POST /sandbox/faults          platform, fault: the next request that changes something has it;
//                                 "none" takes it back
//   POST /sandbox/speed           platform, slow=1|0: how long media are in the making
//   POST /sandbox/sign-outs       platform: every sign-in there is taken back
//   /openai/…, /anthropic/…, /gemini/…, /compatible/…    providers
//   everything else               the platforms, see platform_sandbox.h
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/net/http_client.h"
#include "core/sandbox/platform_sandbox.h"
#include "core/sandbox/provider_sandbox.h"

namespace caas::sandbox {

// The application that people allow, as the settings of a sandbox name it (core/config/sandbox.h).
inline constexpr std::string_view client_id = "sandbox";
inline constexpr std::string_view client_secret = "sandbox-secret";
// Who there is at the pretend Bluesky, and what the receiver of webhooks checks signatures with.
inline constexpr std::string_view bluesky_handle = "you.sandbox.test";
inline constexpr std::string_view bluesky_password = "sandbox-password";
inline constexpr std::string_view webhook_secret = "sandbox-webhook-secret";

class Site {
  public:
    struct Place {
        std::string origin;  // "http://127.0.0.1:8001"
        std::string salt;    // tells the tokens of this run from those of earlier ones
    };

    // `clock` must outlive it. `fetch`: for what Meta's platforms fetch by themselves; may be
    // empty.
    Site(const Clock& clock, const Place& place, PretendMeta::Fetch fetch);

    // A Failure means that no answer is to be given: the connection is closed, at once or, for a
    // timeout, when the caller has lost patience.
    net::Result answer(const net::Request& request);

    PlatformSandbox platforms;
    ProviderSandbox providers;

  private:
    net::Response answer_page(const net::Request& request, std::string_view path);
    net::Response change(const net::Request& request, std::string_view what);
    net::Response file(std::string_view platform_and_id);
    net::Response consent(const net::Request& request, std::string_view platform);

    const Clock& clock_;
    const std::string origin_;
};

}  // namespace caas::sandbox
