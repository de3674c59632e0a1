// A pretend X (wire/platforms.md, section 1): posts, replies, listings and chunked media of one
// account. As strict as the real one is known to be: unknown members are refused, so is an equal
// text, and media must be whole and processed. Texts come back changed: URLs as t.co links, one for
// the media, & < > as HTML.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {

class PretendX final : public PretendPlatform {
  public:
    // The clock must outlive it.
    explicit PretendX(const Clock& clock) : clock_(clock) {}

    static constexpr std::string_view user_id = "2244994945";
    static constexpr std::string_view user_name = "sandbox";
    // Allowed from the beginning.
    static constexpr std::string_view first_token = "x-sandbox-token";

    struct Post {
        std::string id;
        std::string text;  // as it was sent
        std::string in_reply_to;
        std::vector<std::string> media;  // ids
        Json body;
        Instant created_at{};
        bool is_deleted = false;
    };

    struct Medium {
        std::string type;
        std::string category;
        std::int64_t total = 0;
        std::map<int, std::string> segments;  // by their index, in whatever order they came
        std::string alt;
        bool is_finalized = false;
        Instant finalized_at{};
        Instant made_at{};

        std::string bytes() const;
    };

    // Another token of the account, or one that is no longer any.
    void allow(const std::string& token);
    void revoke(const std::string& token);
    // "blue" may write long posts.
    void set_verified_type(const std::string& type);
    // How long videos and GIFs take; at the end they fail when `fails`.
    void set_processing(Milliseconds duration, bool fails = false);
    // Posts are not in any listing, as when X is late with them.
    void hide_posts();

    // Those that are there, in the order they were made.
    std::vector<Post> posts() const;
    std::map<std::string, Medium> media() const;

    bool has_processing() const override { return true; }

    std::vector<ShownPost> shown() const override;
    std::optional<ShownFile> file(const std::string& id) const override;

  protected:
    void take_speed(bool is_slow) override;
    net::Response work(const net::Request& request) override;
    std::optional<net::Response> refuse(PlatformFault fault) override;
    std::optional<net::Response> refuse_duplicate() override;

  private:
    net::Response me() const;
    net::Response create(const net::Request& request);
    std::optional<net::Response> fault_of(const Json& body) const;
    std::optional<net::Response> fault_of_media(const Json& media) const;
    net::Response remove(const std::string& id);
    net::Response list(const std::string& query) const;
    net::Response show(const std::string& query) const;
    Json render(const Post& post) const;
    const Post* find(const std::string& id) const;

    net::Response work_on_media(const net::Request& request, const std::string& path);
    net::Response initialize(const net::Request& request);
    net::Response append(const net::Request& request, const std::string& id);
    net::Response finalize(const std::string& id);
    net::Response status(const std::string& query) const;
    net::Response describe(const net::Request& request);
    // {"id":…,"processing_info":{…}}
    Json media_data(const std::string& id, const Medium& medium) const;
    std::string state_of(const Medium& medium) const;

    const Clock& clock_;
    std::set<std::string, std::less<>> tokens_{std::string(first_token)};
    std::string verified_type_ = "none";
    Milliseconds processing_ = std::chrono::seconds(3);
    bool processing_fails_ = false;
    bool hides_posts_ = false;
    std::vector<Post> posts_;
    std::map<std::string, Medium> media_;
};

inline constexpr std::string_view x_duplicate =
    "You are not allowed to create a Tweet with duplicate content.";

// An answer in X's problem form: `kind` "invalid-request" or empty for about:blank.
net::Response x_problem(
    int status, std::string_view kind, std::string_view title, std::string_view detail);

}  // namespace caas::sandbox
