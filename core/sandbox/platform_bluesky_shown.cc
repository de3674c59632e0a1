// What people see of the pretend Bluesky.
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/sandbox/platform_bluesky.h"

namespace caas::sandbox {

std::vector<ShownPost> PretendBluesky::shown() const {
    const std::scoped_lock lock(mutex());
    std::vector<ShownPost> out;
    for (const auto& record : records_) {
        ShownPost one;
        one.id = uri_of(record);
        for (const auto& [handle, person] : people_) {
            if (person.did == record.repo)
                one.author = "@" + handle;
        }
        one.text = json::text_or(record.record, "text", "");
        if (const auto* parent = json::path(record.record, {"reply", "parent"}))
            one.reply_to = json::text_or(*parent, "uri", "");
        if (const auto* images = json::path(record.record, {"embed", "images"})) {
            for (const auto& image : *images) {
                const auto* link = json::path(image, {"image", "ref"});
                const auto id = link != nullptr ? json::text_or(*link, "$link", "") : "";
                const auto at = files_.find(id);
                one.media.push_back(
                    {id,
                     at == files_.end() ? "" : at->second.type,
                     json::text_or(image, "alt", "")});
            }
        }
        if (const auto* video = json::path(record.record, {"embed", "video", "ref"})) {
            one.media.push_back(
                {json::text_or(*video, "$link", ""),
                 "video/mp4",
                 json::text_or(*json::find(record.record, "embed"), "alt", "")});
        }
        if (const auto* card = json::path(record.record, {"embed", "external"}))
            one.note = "link card: " + json::text_or(*card, "uri", "");
        one.made_at = record.made_at;
        out.push_back(std::move(one));
    }
    return out;
}

std::optional<ShownFile> PretendBluesky::file(const std::string& id) const {
    const std::scoped_lock lock(mutex());
    const auto at = files_.find(id);
    return at == files_.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace caas::sandbox
