// Media that are named on the command line: files are added first, ids are taken as they are.
#pragma once

#include <string>
#include <vector>

#include "cli/call.h"
#include "cli/command.h"

namespace caas::cli::command {

inline constexpr Option media_option{
    .name = "media",
    .value = "FILE",
    .help =
        "show this picture or video with the first part, or a medium by its id; may be repeated",
    .kind = Kind::file,
    .is_repeatable = true};
inline constexpr Option alt_option{
    .name = "alt",
    .value = "TEXT",
    .help = "what is to be seen, for people who cannot see it; once for each of --media, in order",
    .is_repeatable = true};

// Adds the file and tells how far it is. Gives what the API says of it. Throws Error.
Answer add_file(
    Call& call,
    const std::string& file,
    const std::optional<std::string>& alt,
    const std::optional<std::string>& name = std::nullopt);

// The ids of what --media names, in order; files are added on the way. Throws Error.
std::vector<std::string> attached(Call& call);

// Puts them into the first of `parts`; leaves it as it is when there are none.
void attach(Json& parts, const std::vector<std::string>& media);

}  // namespace caas::cli::command
