#include "core/platform/instagram/part.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/instagram/options.h"
#include "core/platform/meta/comment.h"
#include "core/platform/meta/fetchable.h"

namespace caas::platform::instagram {
namespace {

constexpr std::int64_t most_image_bytes = 8LL << 20;
constexpr std::int64_t most_reel_bytes = 300LL << 20;
constexpr std::int64_t most_story_bytes = 100LL << 20;
constexpr Milliseconds shortest_video = std::chrono::seconds(3);
constexpr Milliseconds longest_reel = std::chrono::minutes(15);
constexpr Milliseconds longest_story = std::chrono::seconds(60);
constexpr std::size_t most_items = 10;
constexpr std::size_t most_tags = 20;
constexpr std::size_t most_collaborators = 3;  // Instagram platform, IG User media

enum class Shape { picture, reel, carousel, story };

std::string kind_of(const Publication& publication) {
    return json::text_or(options_of(publication), "kind", "");
}

const std::vector<Medium>& media_of(const Publication& publication) {
    return publication.parts.front().media;
}

Shape shape_of(const Publication& publication) {
    if (kind_of(publication) == "story")
        return Shape::story;
    if (media_of(publication).size() > 1)
        return Shape::carousel;
    return media_of(publication).front().is_video() ? Shape::reel : Shape::picture;
}

// Its address, or that its bytes will be pushed.
void add_source(meta::Draft& draft, const Medium& medium, std::size_t number) {
    if (medium.is_video() && medium.url.empty()) {
        draft.fields.emplace_back("upload_type", "resumable");
        draft.upload = number;
        return;
    }
    draft.fields.emplace_back(medium.is_video() ? "video_url" : "image_url", medium.url);
}

void add_alt(meta::Draft& draft, const Medium& medium) {
    if (!medium.is_video() && !medium.alt.empty())
        draft.fields.emplace_back("alt_text", medium.alt);
}

void add_tags(meta::Draft& draft, const Json& options, bool with_places) {
    const auto tags = parse_tags(json::text_or(options, "user_tags", ""));
    if (tags && !tags->empty())
        draft.fields.emplace_back("user_tags", write_tags(*tags, with_places));
}

// What any post of the feed may have.
void add_common(meta::Draft& draft, const Publication& publication, const Json& options) {
    const auto& caption = publication.parts.front().text;
    if (!caption.empty())
        draft.fields.emplace_back("caption", caption);
    const auto with = parse_tags(json::text_or(options, "collaborators", ""));
    if (with && !with->empty())
        draft.fields.emplace_back("collaborators", write_names(*with));
    if (const auto place = json::text(options, "location_id"); place && !place->empty())
        draft.fields.emplace_back("location_id", *place);
}

void add_reel(meta::Draft& draft, const Json& options) {
    draft.fields.emplace_back("media_type", "REELS");
    if (const auto* share = json::find(options, "share_to_feed"); share != nullptr) {
        const bool is_shared = share->is_boolean() ? share->get<bool>() : *share == "true";
        draft.fields.emplace_back("share_to_feed", is_shared ? "true" : "false");
    }
    for (const auto* name : {"cover_url", "thumb_offset"}) {
        if (const auto value = json::text(options, name); value && !value->empty())
            draft.fields.emplace_back(name, *value);
    }
}

void add_items(meta::Plan& plan, const Publication& publication, const Json& options) {
    const auto& media = media_of(publication);
    for (std::size_t i = 0; i < media.size(); ++i) {
        auto& item = plan.items.emplace_back();
        if (media[i].is_video())
            item.fields.emplace_back("media_type", "VIDEO");
        add_source(item, media[i], i);
        add_alt(item, media[i]);
        item.fields.emplace_back("is_carousel_item", "true");
        if (i == 0 && !media[i].is_video())
            add_tags(item, options, true);
    }
    plan.whole.fields.emplace_back("media_type", "CAROUSEL");
}

Refused refused(std::string_view word, std::string message) {
    return {code_of(driver, word), std::move(message)};
}

std::optional<Refused> check_video(const Medium& medium, bool is_story) {
    if (medium.type != "video/mp4" && medium.type != "video/quicktime")
        return refused("media_type", "Instagram takes videos as MP4 or MOV only");
    if (medium.size > (is_story ? most_story_bytes : most_reel_bytes))
        return refused(
            "media_too_large",
            is_story ? "Instagram takes videos of stories up to 100 MB"
                     : "Instagram takes videos up to 300 MB");
    const bool is_known = medium.duration > Milliseconds::zero();
    if (is_known && (medium.duration < shortest_video ||
                     medium.duration > (is_story ? longest_story : longest_reel)))
        return refused(
            "media_duration",
            is_story ? "Instagram takes videos of stories from 3 to 60 seconds"
                     : "Instagram takes videos from 3 seconds to 15 minutes");
    return std::nullopt;
}

std::optional<Refused> check_picture(const Medium& medium, bool is_story) {
    if (medium.type != "image/jpeg")
        return refused("media_type", "Instagram takes pictures as JPEG only");
    if (medium.size > most_image_bytes)
        return refused("media_too_large", "Instagram takes pictures up to 8 MB");
    // From 4:5 to 1.91:1, in whole numbers.
    const std::int64_t width = medium.width;
    const std::int64_t height = medium.height;
    const bool is_known = width > 0 && height > 0;
    if (is_known && !is_story && (width * 5 < height * 4 || width * 100 > height * 191))
        return refused(
            "media_ratio", "Instagram takes pictures from 4:5 (tall) to 1.91:1 (wide) only");
    return std::nullopt;
}

std::optional<Refused> check_options(const Publication& publication) {
    const auto options = options_of(publication);
    const auto tags = parse_tags(json::text_or(options, "user_tags", ""));
    if (!tags || tags->size() > most_tags)
        return refused(
            "user_tags",
            "The option user_tags is to be names, each with its place or without: "
            "\"ana bob:0.2,0.8\", at most 20");
    const auto with = parse_tags(json::text_or(options, "collaborators", ""));
    if (!with || with->size() > most_collaborators)
        return refused("collaborators", "The option collaborators is to be at most three names");
    const auto offset = json::text_or(options, "thumb_offset", "");
    if (offset.find_first_not_of("0123456789") != offset.npos)
        return refused("thumb_offset", "The option thumb_offset is to be a number of milliseconds");
    const auto cover = json::text_or(options, "cover_url", "");
    if (!cover.empty() && !net::parse_url(cover))
        return refused("cover_url", "The option cover_url is to be a public http or https URL");
    return std::nullopt;
}

}  // namespace

bool is_story(const Publication& publication) {
    return kind_of(publication) == "story";
}

meta::Plan plan(const Publication& publication) {
    const auto& media = media_of(publication);
    meta::Plan plan;
    if (media.empty())
        return plan;
    auto& whole = plan.whole;
    const auto options = options_of(publication);
    switch (shape_of(publication)) {
        case Shape::story:
            whole.fields.emplace_back("media_type", "STORIES");
            add_source(whole, media.front(), 0);
            add_tags(whole, options, !media.front().is_video());
            return plan;
        case Shape::carousel:
            add_items(plan, publication, options);
            break;
        case Shape::reel:
            add_reel(whole, options);
            add_source(whole, media.front(), 0);
            add_tags(whole, options, false);
            break;
        case Shape::picture:
            add_source(whole, media.front(), 0);
            add_alt(whole, media.front());
            add_tags(whole, options, true);
            break;
    }
    add_common(whole, publication, options);
    return plan;
}

std::optional<Refused> find_refusal(const Publication& publication) {
    const auto& media = media_of(publication);
    if (media.empty())
        return refused("media_required", "A post on Instagram needs a picture or a video");
    if (media.size() > most_items)
        return refused("media_too_many", "Instagram takes at most 10 media a post");
    const auto kind = kind_of(publication);
    const bool is_story = kind == "story";
    if ((is_story || kind == "reel") && media.size() > 1)
        return refused("media_too_many", "A " + kind + " on Instagram shows one medium");
    if (is_story && publication.parts.size() > 1)
        return refused("bad_comment", "Nobody can comment on a story");
    if (kind == "reel" && !media.front().is_video())
        return refused("media_type", "A reel on Instagram is a video");
    for (const auto& medium : media) {
        if (auto why =
                medium.is_video() ? check_video(medium, is_story) : check_picture(medium, is_story))
            return why;
    }
    if (auto why = check_options(publication))
        return why;
    if (auto why = meta::find_bad_comment(driver, publication))
        return why;
    return meta::find_unfetchable(driver, publication, true);
}

}  // namespace caas::platform::instagram
