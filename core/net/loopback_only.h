// A client that reaches this machine and nothing else, whatever it is asked for. Thread-safe as the
// one it stands before.
//
// `pretend`: where the pretend platforms are, "http://127.0.0.1:8001"; when nobody answers there,
// the failure says how to start them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/net/http_client.h"

namespace caas::net {

class LoopbackOnly final : public HttpClient {
  public:
    explicit LoopbackOnly(std::unique_ptr<HttpClient> inner, std::string pretend = {})
        : inner_(std::move(inner)), pretend_(std::move(pretend)) {}

    // Failure::Kind::refused_address for anything but localhost, 127.0.0.0/8 and ::1.
    Result send(const Request& request) override;

  private:
    std::unique_ptr<HttpClient> inner_;
    std::string pretend_;
};

}  // namespace caas::net
