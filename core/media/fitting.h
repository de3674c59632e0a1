// Has a picture made smaller or of another format, by the program caas-picture in a process of its
// own. Functions; thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/media/incoming.h"
#include "core/media/place.h"
#include "core/media/probe.h"

namespace caas::media {

// What it is to become; as picture/raster.h tells it.
struct FitOrder {
    std::string type;
    std::string alternative;  // where the first type would be too large; may be empty
    std::int64_t bytes = 0;   // at most; 0: any
    int width = 0;            // of the box it has to fit into, as people see it
    int height = 0;
};

struct Fitted {
    std::unique_ptr<Incoming> file;
    Facts facts;
};

// `program`: caas-picture. Throws Error: invalid when the picture cannot be decoded or made that
// small; unavailable when the program is missing or does not end.
Fitted fit(
    const std::filesystem::path& program,
    Place& place,
    const std::filesystem::path& source,
    const FitOrder& order);

// "4000x3000 made 2400x1800, JPEG": what was done, for people.
std::string words_for(const Facts& before, const Facts& after);

}  // namespace caas::media
