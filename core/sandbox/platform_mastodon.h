// A pretend Mastodon instance (wire/platforms.md, section 8). An Idempotency-Key is remembered for
// an hour; bodies are not compared.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {

class PretendMastodon final : public PretendPlatform {
  public:
    // The clock must outlive it.
    explicit PretendMastodon(const Clock& clock) : clock_(clock) {}

    struct Status {
        std::string id;
        std::string text;
        std::string spoiler_text;
        std::string in_reply_to_id;
        std::string visibility;
        Instant created_at{};
    };

    // Everybody with this token is the one account of the instance.
    void set_token(const std::string& token);
    void set_text_limit(int limit);
    // As forks do: every request makes a status.
    void ignore_keys();
    // In the order they were made.
    std::vector<Status> statuses() const;

  protected:
    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;

  private:
    struct Key {
        std::string status;
        Instant since{};
    };

    net::Response instance() const;
    net::Response create(const net::Request& request);
    net::Response list() const;
    net::Response show(std::string_view id, bool is_source) const;
    Json render(const Status& status) const;
    const Status* find(std::string_view id) const;

    const Clock& clock_;
    std::string token_ = "sandbox-token";
    int text_limit_ = 500;
    bool honours_keys_ = true;
    std::map<std::string, Key> keys_;
    std::vector<Status> statuses_;
};

}  // namespace caas::sandbox
