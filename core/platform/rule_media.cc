#include "core/platform/rule_media.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "core/platform/fit.h"
#include "core/text/grapheme.h"

namespace caas::platform {
namespace {

using Found = std::optional<Finding>;

std::string_view kind_of(const Medium& medium) {
    if (medium.is_video())
        return "video";
    return medium.frames > 1 ? "moving picture" : "picture";
}

// "The 2nd picture", for people who count from one.
std::string name_of(const Subject& subject, const Medium& medium) {
    if (subject.part.media.size() == 1)
        return "The " + std::string(kind_of(medium));
    const auto at = &medium - subject.part.media.data() + 1;
    return "Medium " + std::to_string(at) + ", a " + std::string(kind_of(medium)) + ",";
}

// The first medium of which `find` finds something, in media that are known.
Found first(
    const Subject& subject, const std::function<Found(const Medium&, const MediaLimits&)>& find) {
    for (const auto& medium : subject.part.media) {
        if (medium.type.empty())
            continue;
        auto found = find(medium, limits_of_kind(medium, subject.limits));
        if (!found)
            continue;
        if (found->word.empty())
            found->word = name_of(subject, medium);
        return found;
    }
    return std::nullopt;
}

bool can_fit(const Subject& subject, const Medium& medium) {
    return fit_for(medium, subject.limits).has_value();
}

Found above(std::int64_t found, std::int64_t limit) {
    if (limit == 0 || found <= limit)
        return std::nullopt;
    return Finding{.found = found, .limit = limit};
}

Found below(std::int64_t found, std::int64_t limit) {
    if (found >= limit)
        return std::nullopt;
    return Finding{.found = found, .limit = limit};
}

std::int64_t ratio_of(const Medium& medium) {
    return std::int64_t{medium.width} * 1000 / std::max(medium.height, 1);
}

std::string format_of(std::string_view type) {
    constexpr std::array<std::array<std::string_view, 2>, 6> names{{
        {"image/jpeg", "JPEG pictures"},
        {"image/png", "PNG pictures"},
        {"image/gif", "GIF pictures"},
        {"image/webp", "WebP pictures"},
        {"video/mp4", "MP4 videos"},
        {"video/quicktime", "MOV videos"},
    }};
    for (const auto& [known, name] : names) {
        if (known == type)
            return std::string(name);
    }
    return std::string(type);
}

}  // namespace

Found find_unknown_medium(const Subject& subject) {
    for (const auto& medium : subject.part.media) {
        if (medium.type.empty())
            return Finding{.word = medium.id};
    }
    return std::nullopt;
}

Found find_wrong_kind(const Subject& subject) {
    return first(subject, [&](const Medium& medium, const MediaLimits& limits) -> Found {
        if (takes_type(limits, medium.type) || can_fit(subject, medium))
            return std::nullopt;
        if (limits.types.empty())
            return Finding{.word = std::string(kind_of(medium)) + "s"};
        const bool moves = !medium.is_video() && medium.moves();
        return Finding{.word = format_of(medium.type) + (moves ? " that move" : "")};
    });
}

Found find_mixed_media(const Subject& subject) {
    const auto count = static_cast<std::int64_t>(subject.part.media.size());
    const bool has_moving = std::ranges::any_of(
        subject.part.media, [](const Medium& medium) { return medium.moves(); });
    if (count < 2 || !has_moving)
        return std::nullopt;
    return Finding{.found = count, .limit = 1};
}

Found find_too_large_medium(const Subject& subject) {
    return first(subject, [&](const Medium& medium, const MediaLimits& limits) {
        return can_fit(subject, medium) ? Found() : above(medium.size, limits.bytes);
    });
}

Found find_too_wide_medium(const Subject& subject) {
    return first(subject, [&](const Medium& medium, const MediaLimits& limits) -> Found {
        if (can_fit(subject, medium))
            return std::nullopt;
        const auto name = name_of(subject, medium) + " has ";
        const auto told = [&](std::int64_t found, std::int64_t limit, const char* what) {
            auto broken = above(found, limit);
            if (broken)
                broken->word = name + std::to_string(found) + " pixels " + what;
            return broken;
        };
        if (auto broken = told(medium.width, limits.width, "in width"))
            return broken;
        if (auto broken = told(medium.height, limits.height, "in height"))
            return broken;
        if (auto broken =
                told(std::max(medium.width, medium.height), limits.side, "on its longer side"))
            return broken;
        return told(std::int64_t{medium.width} * medium.height, limits.pixels, "altogether");
    });
}

Found find_too_small_medium(const Subject& subject) {
    return first(subject, [](const Medium& medium, const MediaLimits& limits) {
        return below(medium.width, limits.least_width);
    });
}

Found find_wrong_ratio(const Subject& subject) {
    return first(subject, [](const Medium& medium, const MediaLimits& limits) {
        auto broken = below(ratio_of(medium), limits.least_ratio);
        return broken ? broken : above(ratio_of(medium), limits.most_ratio);
    });
}

Found find_wrong_duration(const Subject& subject) {
    return first(subject, [](const Medium& medium, const MediaLimits& limits) {
        auto broken = below(medium.duration.count(), limits.least_ms);
        return broken ? broken : above(medium.duration.count(), limits.most_ms);
    });
}

Found find_fast_medium(const Subject& subject) {
    return first(subject, [](const Medium& medium, const MediaLimits& limits) {
        // 29.97 and the like are rounded; cameras say 60.02 for 60.
        return above(std::lround(medium.frame_rate), limits.frame_rate);
    });
}

Found find_long_moving_picture(const Subject& subject) {
    return first(subject, [](const Medium& medium, const MediaLimits& limits) {
        return above(medium.frames, limits.frames);
    });
}

Found find_wrong_codec(const Subject& subject) {
    return first(subject, [](const Medium& medium, const MediaLimits& limits) -> Found {
        if (limits.codecs.empty() || medium.codec.empty() ||
            takes_type({.types = limits.codecs}, medium.codec))
            return std::nullopt;
        return Finding{.word = medium.codec};
    });
}

Found find_fitted_media(const Subject& subject) {
    return first(subject, [&](const Medium& medium, const MediaLimits&) -> Found {
        if (!can_fit(subject, medium))
            return std::nullopt;
        auto name = name_of(subject, medium);
        name.front() = static_cast<char>(name.front() - 'A' + 'a');
        return Finding{.found = 1, .word = std::move(name)};
    });
}

Found find_missing_alt(const Subject& subject) {
    const auto missing = std::ranges::count_if(
        subject.part.media, [](const Medium& medium) { return medium.alt.empty(); });
    if (missing == 0)
        return std::nullopt;
    return Finding{.found = missing};
}

Found find_long_alt(const Subject& subject) {
    for (const auto& medium : subject.part.media) {
        const auto length = static_cast<std::int64_t>(text::graphemes(medium.alt));
        if (auto broken = above(length, subject.limits.alt_limit))
            return broken;
    }
    return std::nullopt;
}

}  // namespace caas::platform
