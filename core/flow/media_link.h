// Links under which platforms fetch media by themselves: signed, the same for a week, good for two
// weeks at least, and naming nothing but the bytes they give.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/flow/tools.h"

namespace caas::flow {

// "https://caas.example.com/media/<digest>-<end>-<signature>.jpg"; empty when `http.public_url` is.
std::string media_link(const Tools& tools, std::string_view digest, std::string_view type);

// The digest a path's last piece stands for; nullopt when it is not signed by us or too old.
std::optional<std::string> open_media_link(const Tools& tools, std::string_view piece);

// "jpg" for "image/jpeg"; "bin" for what is unknown.
std::string_view ending_of(std::string_view type);

}  // namespace caas::flow
