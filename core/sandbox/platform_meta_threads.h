// A pretend Threads (wire/platforms.md, section 4).
#pragma once

#include "core/sandbox/platform_meta_container.h"

namespace caas::sandbox {

class PretendThreads final : public PretendContainers {
  public:
    // The clock must outlive it.
    explicit PretendThreads(const Clock& clock)
        : PretendContainers(
              clock,
              "v1.0",
              {"threads",
               "threads_publish",
               "threads_publishing_limit",
               "status",
               "error_message",
               "text"}) {}

  protected:
    std::optional<net::Response> check(const Fields& fields) override;
    net::Response answer_other(const Call& call) override;
    std::string permalink_of(const Post& post) const override;

  private:
    net::Response quota() const;
};

}  // namespace caas::sandbox
