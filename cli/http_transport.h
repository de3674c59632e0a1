// The API of a daemon, over HTTP(S). A change names itself with an Idempotency-Key, and when its
// answer was lost it is sent again a few times under the same one, which does nothing twice. What
// takes no key is sent once; a lost answer is said, and never as if it could be tried again, unless
// that does no harm.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "cli/transport.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/secret.h"

namespace caas::cli {

class HttpTransport final : public Transport {
  public:
    // `server` as server_address() takes it; throws Error(usage) as that does. The first three must
    // outlive this; `ids` makes the keys.
    HttpTransport(
        net::HttpClient& http,
        Clock& clock,
        IdMaker& ids,
        const std::string& server,
        Secret token,
        std::span<const std::string> plain_http_hosts = {});

    Answer send(const Ask& ask) override;

  private:
    // `key`: to go with it, empty: none.
    std::variant<Answer, net::Failure> send_once(const Ask& ask, const std::string& key);

    net::HttpClient& http_;
    Clock& clock_;
    IdMaker& ids_;
    std::string server_;
    Secret token_;
};

}  // namespace caas::cli
