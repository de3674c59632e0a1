// The API in this process, on the local database. What a command opens is opened at its first
// request, so that commands which need nothing pay nothing. For one thread.
#pragma once

#include "cli/transport.h"
#include "core/api/request.h"
#include "core/api/response.h"

namespace caas::cli {

class LocalTransport final : public Transport {
  public:
    using Handler = std::function<api::Response(api::Request&)>;

    // `open` makes what answers requests; it is called once, at the first of them.
    explicit LocalTransport(std::function<Handler()> open) : open_(std::move(open)) {}

    // What was changed before it was stopped is answered; nothing is begun after that.
    Answer send(const Ask& ask) override;

  private:
    std::function<Handler()> open_;
    Handler handle_;
};

}  // namespace caas::cli
