// A file on its way to the API as a form, read piece by piece while it is sent.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/transport.h"

namespace caas::cli {

// What to say of a file besides its bytes.
struct Upload {
    std::string file;
    std::optional<std::string> alt{};
    std::optional<std::string> name{};
};

// POST media with the file. `sent`: called with the bytes that were read so far and all there are.
// Throws Error: not_found, forbidden, invalid when it is no file.
Ask upload_ask(
    const Upload& upload, std::function<void(std::int64_t sent, std::int64_t all)> sent = {});

}  // namespace caas::cli
