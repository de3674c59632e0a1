// What people would see at a pretend platform: for its page, and for tests. Plain values.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"

namespace caas::sandbox {

struct ShownMedium {
    std::string id;    // for PretendPlatform::file
    std::string type;  // "image/png"; empty when the platform was not told
    std::string alt;
};

struct ShownPost {
    std::string id;
    std::string author;
    std::string text;
    std::string reply_to;  // the id of the post or comment that it answers; empty: none
    std::string note;      // what else is set: "unlisted", "warning: …"
    std::vector<ShownMedium> media;
    Instant made_at{};
};

struct ShownFile {
    std::string type;
    std::string bytes;
};

}  // namespace caas::sandbox
