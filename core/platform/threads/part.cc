#include "core/platform/threads/part.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/meta/fetchable.h"
#include "core/text/shorten.h"
#include "core/text/utf8.h"

namespace caas::platform::threads {
namespace {

constexpr int alt_limit = 1000;  // characters (Threads API, publishing)
constexpr std::size_t topic_limit = 50;
constexpr std::int64_t most_image_bytes = 8LL << 20;
constexpr std::int64_t most_video_bytes = 1LL << 30;
constexpr Milliseconds longest_video = std::chrono::minutes(5);

void add_medium(net::Pairs& fields, const Medium& medium) {
    fields.emplace_back("media_type", medium.is_video() ? "VIDEO" : "IMAGE");
    fields.emplace_back(medium.is_video() ? "video_url" : "image_url", medium.url);
    if (!medium.alt.empty())
        fields.emplace_back(
            "alt_text", text::shorten(medium.alt, {text::Counting::code_points, alt_limit, 0}));
}

Json options_of(const Publication& publication) {
    auto options = json::try_parse(publication.options);
    return options && options->is_object() ? std::move(*options) : Json::object();
}

Refused refused(std::string_view word, std::string message) {
    return {code_of(driver, word), std::move(message)};
}

std::optional<Refused> check_medium(const Medium& medium) {
    if (medium.is_video()) {
        if (medium.type != "video/mp4" && medium.type != "video/quicktime")
            return refused("media_type", "Threads takes videos as MP4 or MOV only");
        if (medium.size > most_video_bytes || medium.duration > longest_video)
            return refused("media_too_large", "Threads takes videos up to 1 GB and 5 minutes");
        return std::nullopt;
    }
    if (medium.type != "image/jpeg" && medium.type != "image/png")
        return refused("media_type", "Threads takes pictures as JPEG or PNG only");
    if (medium.size > most_image_bytes)
        return refused("media_too_large", "Threads takes pictures up to 8 MB");
    return std::nullopt;
}

}  // namespace

meta::Plan plan_part(const Publication& publication, int part, const std::string& reply_to) {
    const auto& [words, media] = publication.parts.at(static_cast<std::size_t>(part));
    meta::Plan plan;
    auto& fields = plan.whole.fields;
    if (media.size() == 1) {
        add_medium(fields, media.front());
    } else {
        fields.emplace_back("media_type", media.empty() ? "TEXT" : "CAROUSEL");
        for (const auto& medium : media) {
            auto& item = plan.items.emplace_back();
            add_medium(item.fields, medium);
            item.fields.emplace_back("is_carousel_item", "true");
        }
    }
    if (!words.empty())
        fields.emplace_back("text", words);
    if (!reply_to.empty())
        fields.emplace_back("reply_to_id", reply_to);
    if (part > 0)
        return plan;
    const auto options = options_of(publication);
    for (const auto* name : {"reply_control", "topic_tag", "link_attachment"}) {
        const auto value = json::text_or(options, name, "");
        // A link stands beside text only.
        const bool fits = std::string_view(name) != "link_attachment" || media.empty();
        if (!value.empty() && fits)
            fields.emplace_back(name, value);
    }
    return plan;
}

std::optional<Refused> find_refusal(const Publication& publication) {
    const auto topic = json::text_or(options_of(publication), "topic_tag", "");
    if (text::code_points(topic) > topic_limit || topic.find_first_of(".&") != topic.npos)
        return refused(
            "topic_tag", "A topic on Threads has at most 50 characters and neither '.' nor '&'");
    for (const auto& part : publication.parts) {
        for (const auto& medium : part.media) {
            if (auto why = check_medium(medium))
                return why;
        }
    }
    return meta::find_unfetchable(driver, publication, false);
}

}  // namespace caas::platform::threads
