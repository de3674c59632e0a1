// Where the posts of a platform can be seen.
#pragma once

#include <string_view>

namespace caas::platform {

struct PostPlace {
    // How addresses of posts may begin besides http:// and https://.
    std::string_view scheme{};
    // The hosts, with those under them, that addresses of posts lead to, separated by blanks;
    // own_server: that of the account; empty: not known.
    std::string_view hosts{};
};

// `PostPlace::hosts` where every account may be on another server.
inline constexpr std::string_view own_server = "SERVER";

}  // namespace caas::platform
