#include "core/flow/media_link.h"

#include <array>
#include <charconv>
#include <utility>

#include "core/net/url.h"

namespace caas::flow {
namespace {

// Instagram's containers live for a day, and its fetchers may come again.
constexpr std::int64_t week = std::int64_t{7} * 24 * 3600;
constexpr std::int64_t weeks = 3;
constexpr std::string_view purpose = "media link";
constexpr std::size_t digest_size = 64;

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> endings{{
    {"image/jpeg", "jpg"},
    {"image/png", "png"},
    {"image/gif", "gif"},
    {"image/webp", "webp"},
    {"video/mp4", "mp4"},
    {"video/quicktime", "mov"},
}};

std::int64_t seconds_of(Instant instant) {
    return to_ms(instant) / 1000;
}

}  // namespace

std::string_view ending_of(std::string_view type) {
    for (const auto& [name, ending] : endings) {
        if (name == type)
            return ending;
    }
    return "bin";
}

std::string media_link(const Tools& tools, std::string_view digest, std::string_view type) {
    const auto& base = tools.settings.text("http.public_url");
    if (base.empty() || digest.size() != digest_size)
        return "";
    const auto end = (seconds_of(tools.clock.now()) / week + weeks) * week;
    const auto text = std::string(digest) + "-" + std::to_string(end);
    return net::join(
        base,
        "/media/" + text + "-" + tools.vault().sign(text, purpose) + "." +
            std::string(ending_of(type)));
}

std::optional<std::string> open_media_link(const Tools& tools, std::string_view piece) {
    const auto dot = piece.rfind('.');
    const auto name = piece.substr(0, dot);
    const auto first = name.find('-');
    const auto second = name.find('-', first == name.npos ? first : first + 1);
    if (first != digest_size || second == name.npos)
        return std::nullopt;
    std::int64_t end = 0;
    const auto digits = name.substr(first + 1, second - first - 1);
    const auto [rest, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), end);
    if (fault != std::errc() || rest != digits.data() + digits.size() ||
        !tools.vault().is_signed(name.substr(0, second), purpose, name.substr(second + 1)) ||
        end < seconds_of(tools.clock.now()))
        return std::nullopt;
    return std::string(name.substr(0, first));
}

}  // namespace caas::flow
