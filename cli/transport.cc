#include "cli/transport.h"

namespace caas::cli {

std::string target_of(std::string_view path) {
    if (!path.empty() && path.front() == '/')
        return std::string(path);
    return "/api/v1/" + std::string(path);
}

}  // namespace caas::cli
