// What is to be sent: a version as one platform gets it. Plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"

namespace caas::platform {

// A picture or a video as it is kept, with what a driver needs to hand it on. Plain value.
struct Medium {
    std::string id;
    std::string type{};  // as found in its bytes: "image/jpeg", "video/mp4" …
    std::int64_t size = 0;
    int width = 0;  // in pixels, as people see it
    int height = 0;
    Milliseconds duration{};  // zero for a picture that stands still
    int frames = 1;           // more than one: it moves
    double frame_rate = 0;    // of a video, per second
    std::string codec{};      // of a video: "h264", "hevc" …
    std::string alt{};        // for people who cannot see it
    // Public, signed and the same for more than a day, for platforms that fetch media themselves;
    // empty when the daemon has no public address.
    std::string url{};
    // `size` bytes from `offset`, fewer only at the end; throws Error. Empty for media that are
    // only checked and not sent. May be called from any thread and more than once.
    std::function<std::string(std::int64_t offset, std::size_t size)> read{};
    // Reads all of it, and calls `pulse` with each piece. Throws Error when these are not the bytes
    // that were kept (invalid), when they are gone (not_found) or cannot be had just now. Empty
    // where nobody knows what was kept.
    std::function<void(const std::function<void()>& pulse)> verify{};

    bool is_video() const { return type.starts_with("video/"); }

    bool moves() const { return is_video() || frames > 1; }
};

struct Part {
    std::string text;
    std::vector<Medium> media;
};

struct Publication {
    PostId post;
    std::vector<Part> parts;  // for this platform: its override, or the common text
    std::string language;     // BCP 47, may be empty
    std::string options;      // JSON object: per-platform options of the version
    Instant due_at{};         // when it was to go out; names files, is shown to receivers
    // Ids and addresses of what other posts of the identity became, as far back as a look may
    // reach, or a refusal of what is there already. Told to a look, and to a try after one in
    // doubt.
    std::vector<std::string> made_by_others{};
    // The same of those that are out without an id, mostly by a person's word: the address as it
    // was given, and an empty one for each without.
    std::vector<std::string> seen_of_others{};

    // Whether what a listing shows, or a refusal names, is one of those. Either may be empty.
    bool is_of_another(const std::string& id, const std::string& url) const;
    // Whether it may be one of those: also where an address cannot be compared with `url`, or
    // nobody knows one.
    bool may_be_of_another(const std::string& id, const std::string& url) const;
};

}  // namespace caas::platform
