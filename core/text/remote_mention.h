// Mentions with a server, as the Fediverse writes them: "@ana@example.com". Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace caas::text {

struct RemoteMention {
    std::size_t begin = 0;  // bytes: of the first "@"
    std::size_t host = 0;   // of the second
    std::size_t end = 0;
};

std::vector<RemoteMention> remote_mentions(std::string_view text);

}  // namespace caas::text
