// A pretend Instagram with its uploads and comments (wire/platforms.md, section 3).
#pragma once

#include "core/sandbox/platform_meta_container.h"

namespace caas::sandbox {

class PretendInstagram final : public PretendContainers {
  public:
    // The clock must outlive it.
    explicit PretendInstagram(const Clock& clock)
        : PretendContainers(
              clock,
              "v26.0",
              {"media",
               "media_publish",
               "content_publishing_limit",
               "status_code",
               "status",
               "caption"}) {}

  protected:
    std::optional<net::Response> check(const Fields& fields) override;
    net::Response answer_other(const Call& call) override;
    std::string permalink_of(const Post& post) const override;
    Json make_answer(const Container& made) const override;
    net::Response work(const net::Request& request) override;

  private:
    net::Response quota() const;
    net::Response comment(const Call& call);
    net::Response comments(const Call& call) const;
    net::Response take_bytes(const net::Request& request, std::string_view id);
    std::optional<net::Response> check_media(const Fields& fields, const std::string& type) const;
};

}  // namespace caas::sandbox
