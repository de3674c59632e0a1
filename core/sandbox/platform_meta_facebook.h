// A pretend Facebook with one page (wire/platforms.md, section 6). It has no idempotency keys, and
// it can be told to answer with an error although the post was made.
#pragma once

#include <string>
#include <vector>

#include "core/sandbox/platform_meta.h"

namespace caas::sandbox {

class PretendFacebook final : public PretendMeta {
  public:
    // The clock must outlive it.
    explicit PretendFacebook(const Clock& clock) : PretendMeta(clock, "v26.0") {}

    struct Post {
        std::string id;
        std::string text;
        std::string reply_to;            // of comments
        std::vector<std::string> media;  // ids of pictures, or of the video
        std::string link;
        Instant made_at{};
        bool is_video = false;
    };

    // In the order they were made, comments included.
    std::vector<Post> posts() const;
    // The next posts and comments are made, and answered with HTTP 500 and code 2 all the same
    // (arsduo/koala #699).
    void lie(int count);
    // An equal post right after another is refused with code 506.
    void refuse_duplicates();

    std::vector<ShownPost> shown() const override;

  protected:
    net::Response answer(const Call& call) override;
    std::optional<net::Response> refuse_duplicate() override;

  private:
    // A picture or a video that no post shows yet.
    struct Upload {
        std::string id;
        std::string session;
        std::int64_t size = 0;
        std::int64_t received = 0;
        Instant made_at{};
        bool is_used = false;
        std::string alt;
    };

    net::Response create(const Fields& fields);
    net::Response photo(const Fields& fields);
    net::Response video(const Fields& fields);
    net::Response comment(const Call& call);
    net::Response feed(const Call& call) const;
    net::Response show(const Call& call) const;
    net::Response keep(Post post);
    Json render(const Post& post) const;
    Upload* find_upload(std::string_view id);
    const Post* find_post(std::string_view id) const;

    std::vector<Post> posts_;
    std::vector<Upload> uploads_;
    int lies_ = 0;
    bool refuses_duplicates_ = false;
};

}  // namespace caas::sandbox
