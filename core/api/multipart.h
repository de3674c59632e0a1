// A body of several parts (RFC 7578), read once from the front: however long a part is, no more of
// it is held than a piece. For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/api/request.h"

namespace caas::api {

class Multipart {
  public:
    struct Head {
        std::string name;                     // of the field
        std::optional<std::string> filename;  // as the sender calls it; not to be believed
    };

    // `source` outlives it. Throws Error: unsupported_media_type when `content_type` is no
    // multipart/form-data with a boundary.
    Multipart(BodySource& source, std::string_view content_type, std::uint64_t most_bytes);

    // The next part, whatever was left of the one before; nullopt at the end. Throws Error:
    // bad_request for what is no multipart, too_large.
    std::optional<Head> next();
    // Of the part that next() gave; 0 at its end.
    std::size_t read(std::span<char> into);
    // A part that is a short text, whole. Throws Error(too_large).
    std::string text(std::size_t most_bytes);

  private:
    // Reads more; false at the end of the source.
    bool fill();
    std::string take_head();

    BodySource& source_;
    std::uint64_t left_;
    std::string delimiter_;
    std::string held_;
    bool is_in_part_ = true;  // at first in what stands before the first part
};

}  // namespace caas::api
