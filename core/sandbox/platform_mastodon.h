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
        std::string language{};
        bool is_sensitive = false;
        Instant created_at{};
        std::vector<std::string> attachments;  // their ids
    };

    struct Attachment {
        std::string id;
        std::string type;
        std::string description;
        std::string bytes;
        std::string status;  // that shows it; empty: none yet
        int looks_left = 0;  // until it is ready
    };

    // Everybody with this token is the one account of the instance.
    void set_token(const std::string& token);
    void set_text_limit(int limit);
    // As forks do: every request makes a status.
    void ignore_keys();
    // Media take their time: each is ready at the third look.
    void work_slowly();
    // In the order they were made.
    std::vector<Status> statuses() const;
    std::optional<Attachment> attachment(const std::string& id) const;

    bool has_processing() const override { return true; }

    std::vector<ShownPost> shown() const override;
    std::optional<ShownFile> file(const std::string& id) const override;

  protected:
    void take_speed(bool is_slow) override;
    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;

  private:
    struct Key {
        std::string status;
        Instant since{};
    };

    net::Response instance() const;
    net::Response create(const net::Request& request);
    net::Response upload(const net::Request& request);
    net::Response look_at(const std::string& id);
    net::Response remove(std::string_view id);
    // Why a status may not show these; nullopt when it may.
    std::optional<net::Response> refuse_attachments(const std::vector<std::string>& ids) const;
    Json render(const Attachment& attachment) const;
    net::Response list(const std::string& query) const;
    net::Response show(std::string_view id, std::string_view what) const;
    net::Response context(const Status& status) const;
    Json render(const Status& status) const;
    const Status* find(std::string_view id) const;

    const Clock& clock_;
    std::string token_ = "sandbox-token";
    int text_limit_ = 500;
    bool honours_keys_ = true;
    std::map<std::string, Key> keys_;
    bool is_slow_ = false;
    std::map<std::string, Attachment> attachments_;
    std::vector<Status> statuses_;
    std::size_t made_ = 0;  // statuses, those deleted included
};

}  // namespace caas::sandbox
