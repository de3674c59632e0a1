#include "core/api/multipart.h"

#include <algorithm>
#include <array>

#include <strings.h>

#include "core/base/error.h"

namespace caas::api {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;
constexpr std::size_t most_head_bytes = std::size_t{8} << 10U;
constexpr std::size_t most_boundary_bytes = 70;  // RFC 2046, 5.1.1
constexpr std::string_view form = "multipart/form-data";

Error broken() {
    return {Code::bad_request, "The body is no complete multipart/form-data"};
}

bool is_same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// The value of a parameter of a header, quoted or not (RFC 9110, 5.6.6).
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
    auto rest = header.substr(std::min(header.find(';'), header.size()));
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto equals = rest.find('=');
        if (equals == rest.npos)
            return std::nullopt;
        const auto name = trimmed(rest.substr(0, equals));
        rest.remove_prefix(equals + 1);
        std::string value;
        if (rest.starts_with('"')) {
            std::size_t at = 1;
            for (; at < rest.size() && rest[at] != '"'; ++at) {
                // Only quotes and backslashes are escaped: old browsers send C:\pictures\a.jpg.
                const bool is_escape = rest[at] == '\\' && at + 1 < rest.size() &&
                                       (rest[at + 1] == '"' || rest[at + 1] == '\\');
                value += rest[is_escape ? ++at : at];
            }
            rest.remove_prefix(std::min(at + 1, rest.size()));
            rest.remove_prefix(std::min(rest.find(';'), rest.size()));
        } else {
            const auto end = std::min(rest.find(';'), rest.size());
            value = trimmed(rest.substr(0, end));
            rest.remove_prefix(end);
        }
        if (is_same(name, wanted))
            return value;
    }
    return std::nullopt;
}

}  // namespace

Multipart::Multipart(BodySource& source, std::string_view content_type, std::uint64_t most_bytes)
    : source_(source), left_(most_bytes) {
    const auto type = trimmed(content_type.substr(0, content_type.find(';')));
    const auto boundary = parameter(content_type, "boundary").value_or("");
    if (!is_same(type, form) || boundary.empty() || boundary.size() > most_boundary_bytes)
        throw Error(
            Code::unsupported_media_type,
            "The body must be multipart/form-data",
            "send the file in the field `file`: curl -F file=@picture.jpg");
    delimiter_ = "\r\n--" + boundary;
    held_ = "\r\n";  // so that the first boundary needs no rule of its own
}

bool Multipart::fill() {
    const auto before = held_.size();
    held_.resize(before + piece_bytes);
    const auto count = source_.read(std::span(held_).subspan(before));
    held_.resize(before + count);
    if (count > left_)
        throw Error(
            Code::too_large, "The request is larger than what is taken", "send a smaller file");
    left_ -= count;
    return count > 0;
}

std::size_t Multipart::read(std::span<char> into) {
    if (!is_in_part_ || into.empty())
        return 0;
    while (held_.size() < delimiter_.size() + 1) {
        if (!fill() && held_.size() < delimiter_.size())
            throw broken();
        if (held_.size() == delimiter_.size())
            break;
    }
    const auto end = held_.find(delimiter_);
    if (end == 0) {
        is_in_part_ = false;
        return 0;
    }
    // What could be the beginning of a delimiter stays.
    const auto ready = end == std::string::npos ? held_.size() - delimiter_.size() + 1 : end;
    const auto count = std::min(ready, into.size());
    if (count == 0)
        throw broken();
    std::copy_n(held_.begin(), count, into.begin());
    held_.erase(0, count);
    return count;
}

std::string Multipart::take_head() {
    auto end = held_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (held_.size() > most_head_bytes || !fill())
            throw broken();
        end = held_.find("\r\n\r\n");
    }
    auto head = held_.substr(0, end + 2);
    held_.erase(0, end + 4);
    return head;
}

std::optional<Multipart::Head> Multipart::next() {
    std::array<char, 4096> skipped{};
    while (read(skipped) > 0) {
    }
    held_.erase(0, delimiter_.size());
    while (held_.size() < 2) {
        if (!fill())
            throw broken();
    }
    if (held_.starts_with("--"))
        return std::nullopt;
    // The rest of the boundary's line may have blanks; after it come the headers.
    const auto lines = take_head();
    const auto first = lines.find("\r\n");
    if (first == std::string::npos || !trimmed(std::string_view(lines).substr(0, first)).empty())
        throw broken();
    std::string_view rest = std::string_view(lines).substr(first + 2);
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
        const auto colon = line.find(':');
        if (colon == line.npos || !is_same(trimmed(line.substr(0, colon)), "content-disposition"))
            continue;
        const auto value = line.substr(colon + 1);
        auto name = parameter(value, "name");
        if (!name || !is_same(trimmed(value.substr(0, value.find(';'))), "form-data"))
            throw broken();
        is_in_part_ = true;
        return Head{*std::move(name), parameter(value, "filename")};
    }
    throw broken();
}

std::string Multipart::text(std::size_t most_bytes) {
    std::string out;
    std::array<char, 4096> piece{};
    while (const auto count = read(piece)) {
        out.append(piece.data(), count);
        if (out.size() > most_bytes)
            throw Error(
                Code::too_large,
                "A field of the form is longer than " + std::to_string(most_bytes) + " bytes");
    }
    return out;
}

}  // namespace caas::api
