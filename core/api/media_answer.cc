#include "core/api/media_answer.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/api/etag.h"

namespace caas::api {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end != text.data() + text.size())
        return std::nullopt;
    // Behind the end of every file.
    if (fault == std::errc::result_out_of_range)
        return std::numeric_limits<std::uint64_t>::max();
    return fault == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<ByteRange> read_range(std::string_view header, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    const bool is_in_bytes =
        std::ranges::equal(header.substr(0, unit.size()), unit, [](char given, char wanted) {
            return given == wanted || (given >= 'A' && given <= 'Z' && given - 'A' + 'a' == wanted);
        });
    if (!is_in_bytes)
        return std::nullopt;
    header.remove_prefix(unit.size());
    const auto dash = header.find('-');
    // Several ranges at once may be overlooked; nobody needs them of a picture.
    if (dash == header.npos || header.find(',') != header.npos)
        return std::nullopt;
    const auto first = number(header.substr(0, dash));
    const auto last = number(header.substr(dash + 1));
    if (dash == 0) {
        if (!last)
            return std::nullopt;
        const auto length = std::min(*last, size);
        return ByteRange{size - length, length, length > 0};
    }
    if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first))
        return std::nullopt;
    if (*first >= size)
        return ByteRange{0, 0, false};
    const auto end = last ? std::min(*last, size - 1) : size - 1;
    return ByteRange{*first, end - *first + 1};
}

Response file_answer(
    const Request& request,
    const std::filesystem::path& file,
    std::string_view digest,
    std::string_view type,
    std::uint64_t size,
    std::string_view cache) {
    const auto etag = "\"" + std::string(digest) + "\"";
    Response response;
    response.headers = {
        {"ETag", etag}, {"Cache-Control", std::string(cache)}, {"Accept-Ranges", "bytes"}};
    if (const auto known = request.header("If-None-Match"); known && has_etag(*known, etag)) {
        response.status = 304;
        return response;
    }
    FileRange whole{file, 0, size};
    const bool is_fresh = request.header("If-Range").value_or(etag) == etag;
    // Of what is read with GET; HEAD tells of the whole (RFC 9110, 14.2).
    const auto asked = request.method == "GET" ? request.header("Range") : std::nullopt;
    if (const auto range = asked && is_fresh ? read_range(*asked, size) : std::nullopt) {
        const auto total = "/" + std::to_string(size);
        if (!range->is_satisfiable) {
            response.status = 416;
            response.headers.emplace_back("Content-Range", "bytes *" + total);
            return response;
        }
        response.status = 206;
        whole.from = range->from;
        whole.length = range->length;
        response.headers.emplace_back(
            "Content-Range",
            "bytes " + std::to_string(range->from) + "-" +
                std::to_string(range->from + range->length - 1) + total);
    }
    response.headers.emplace_back("Content-Type", std::string(type));
    response.body = std::move(whole);
    return response;
}

}  // namespace caas::api
