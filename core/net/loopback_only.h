// A client that reaches this machine and nothing else, whatever it is asked for. Thread-safe as the
// one it stands before.
#pragma once

#include <memory>
#include <utility>

#include "core/net/http_client.h"

namespace caas::net {

class LoopbackOnly final : public HttpClient {
  public:
    explicit LoopbackOnly(std::unique_ptr<HttpClient> inner) : inner_(std::move(inner)) {}

    // Failure::Kind::refused_address for anything but localhost, 127.0.0.0/8 and ::1.
    Result send(const Request& request) override;

  private:
    std::unique_ptr<HttpClient> inner_;
};

}  // namespace caas::net
