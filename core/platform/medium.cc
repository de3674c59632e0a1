#include "core/platform/medium.h"

namespace caas::platform {

std::vector<Medium> media_named(std::span<const std::string> ids) {
    std::vector<Medium> media;
    for (const auto& id : ids)
        media.push_back({.id = id});
    return media;
}

std::vector<std::string> ids_of(std::span<const Medium> media) {
    std::vector<std::string> ids;
    for (const auto& medium : media)
        ids.push_back(medium.id);
    return ids;
}

}  // namespace caas::platform
