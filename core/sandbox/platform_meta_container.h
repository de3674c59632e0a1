// The two-call publishing of the pretend Instagram and Threads: containers that are in the making
// for a while, expire after a day and are published once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/sandbox/platform_meta.h"

namespace caas::sandbox {

class PretendContainers : public PretendMeta {
  public:
    struct Post {
        std::string id;
        std::string text;
        std::string reply_to;            // for replies and comments
        std::vector<std::string> media;  // the addresses they were fetched from, or "pushed"
        std::string kind;                // the container's media_type
        Json fields;                     // as the container was asked for
        Instant made_at{};
        std::string permalink;
        std::vector<std::string> alts;  // one for each of the media
    };

    // In the order they were published.
    std::vector<Post> posts() const;
    // How long pictures and videos are in the making; texts never are.
    void set_processing(Milliseconds duration);
    // The next containers with media come to nothing, for this reason.
    void spoil(int count, const std::string& reason);
    void set_quota(int posts_a_day);
    // The account's posts are no longer listed, as when the listing lags behind.
    void hide_listing(bool is_hidden);

    bool has_processing() const override { return true; }

    std::vector<ShownPost> shown() const override;

  protected:
    void take_speed(bool is_slow) override;

    struct Names {
        std::string_view container_edge;
        std::string_view publish_edge;
        std::string_view quota_edge;
        std::string_view status_field;
        std::string_view reason_field;
        std::string_view text_field;
    };

    struct Container {
        std::string id;
        Fields fields;
        Instant made_at{};
        Instant ready_at{};
        std::string reason;  // why it is spoilt
        bool waits_for_bytes = false;
        bool is_published = false;
    };

    PretendContainers(const Clock& clock, std::string_view version, const Names& names)
        : PretendMeta(clock, version), names_(names) {}

    net::Response answer(const Call& call) override;

    // What is wrong with the fields of a new container; nullopt when nothing is.
    virtual std::optional<net::Response> check(const Fields& fields) = 0;
    // Any other call.
    virtual net::Response answer_other(const Call& call) = 0;
    virtual std::string permalink_of(const Post& post) const = 0;
    virtual Json make_answer(const Container& made) const;

    std::string status_of(const Container& container) const;
    Container* find_container(std::string_view id);
    Post* find_post(std::string_view id);
    // Those that `keeps` wants, newest first, as the call asks.
    net::Response list(const Call& call, bool (*keeps)(const Post&)) const;
    Json render(const Post& post) const;
    std::optional<net::Response> check_children(const std::string& children, std::size_t most);
    void take_back(std::string_view id);
    int used_quota(bool of_replies) const;

    std::vector<Post> posts_;
    int quota_ = 250;
    bool is_listing_hidden_ = false;

  private:
    net::Response make(const Call& call);
    net::Response publish(const Call& call);
    net::Response state(const Call& call, const Container& container) const;

    Names names_;
    std::vector<Container> containers_;
    Milliseconds processing_ = std::chrono::seconds(5);
    int to_spoil_ = 0;
    std::string reason_;
};

}  // namespace caas::sandbox
