// A file as an answer: whole, a range of it, or the word that it is still the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/api/request.h"
#include "core/api/response.h"

namespace caas::api {

struct ByteRange {
    std::uint64_t from = 0;
    std::uint64_t length = 0;
    bool is_satisfiable = true;
};

// What `Range` asks of a file of this size; nullopt when it asks for the whole or in a form that
// may be overlooked (RFC 9110, 14.2).
std::optional<ByteRange> read_range(std::string_view header, std::uint64_t size);

// `digest`: the SHA-256 of the file, which becomes its ETag. `cache`: of Cache-Control.
Response file_answer(
    const Request& request,
    const std::filesystem::path& file,
    std::string_view digest,
    std::string_view type,
    std::uint64_t size,
    std::string_view cache);

}  // namespace caas::api
