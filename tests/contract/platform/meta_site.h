// The half of a Site that is one of Meta's platforms: "threads", "threads with pictures",
// "instagram" (with a picture), "instagram with pictures", "instagram with a pushed video",
// "facebook", "facebook with pictures", "facebook with a video".
#pragma once

#include <string>
#include <vector>

#include "core/platform/driver.h"
#include "core/sandbox/platform_sandbox.h"

namespace caas::contract {

class MetaSite {
  public:
    // `platforms` must outlive it.
    MetaSite(std::string kind, sandbox::PlatformSandbox& platforms)
        : kind_(std::move(kind)), platforms_(platforms) {}

    // Whether the kind is one of Meta's.
    bool is_meant() const;
    // As a sign-in in the browser would leave it.
    void connect(platform::Access& access) const;
    // The pictures of the kind, to the first part.
    void add_media(platform::Publication& publication) const;
    sandbox::PretendPlatform* platform() const;
    std::vector<std::string> visible() const;
    // How many pictures and videos each of those shows.
    std::vector<std::size_t> media_counts() const;

    sandbox::PlatformSandbox& platforms() const { return platforms_; }

    bool is_one_thread() const;

  private:
    struct Seen {
        std::string id;
        std::string text;
        std::string reply_to;
        std::size_t media = 0;
    };

    std::vector<Seen> posts() const;

    std::string kind_;
    sandbox::PlatformSandbox& platforms_;
};

// A picture or video at a public address.
platform::Medium fetchable(const std::string& type, const std::string& name);

}  // namespace caas::contract
