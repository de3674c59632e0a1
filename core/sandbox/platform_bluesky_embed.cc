// What may hang on a record of the pretend Bluesky: pictures, a link card, a video (lexicons
// app.bsky.embed.*).
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/sandbox/platform_bluesky.h"

namespace caas::sandbox {
namespace {

constexpr std::int64_t most_image = 1'000'000;  // lexicon of 2025
constexpr std::int64_t most_video = 100'000'000;

net::Response invalid(std::string_view message) {
    return json_response(400, {{"error", "InvalidRequest"}, {"message", message}});
}

net::Response fault(std::string_view name, std::string_view message) {
    return json_response(400, {{"error", name}, {"message", message}});
}

}  // namespace

std::optional<net::Response> PretendBluesky::refuse_blob(
    const Json& blob, std::string_view type, std::int64_t most) const {
    const auto* link = json::path(blob, {"ref", "$link"});
    const auto at =
        link != nullptr && link->is_string() ? blobs_.find(link->get<std::string>()) : blobs_.end();
    if (at == blobs_.end())
        return fault("BlobNotFound", "Could not find blob");
    if (blob != at->second)
        return fault("InvalidMimeType", "Referenced blob is not as it was uploaded");
    if (!json::text_or(blob, "mimeType", "").starts_with(type))
        return invalid("blob mimeType must be " + std::string(type) + "*");
    if (json::integer_or(blob, "size", 0) > most)
        return fault("BlobTooLarge", "blob too big (maximum " + std::to_string(most) + ")");
    return std::nullopt;
}

std::optional<net::Response> PretendBluesky::refuse_embed(const Json& record) const {
    const auto* embed = json::find(record, "embed");
    if (embed == nullptr)
        return std::nullopt;
    const auto type = json::text_or(*embed, "$type", "");
    if (type == "app.bsky.embed.images" && embed->size() == 2)
        return refuse_images(*embed);
    if (type == "app.bsky.embed.external" && embed->size() == 2)
        return refuse_card(*embed);
    if (type == "app.bsky.embed.video")
        return refuse_video(*embed);
    return invalid("Record/embed must be a known embed");
}

std::optional<net::Response> PretendBluesky::refuse_images(const Json& embed) const {
    const auto* images = json::find(embed, "images");
    if (images == nullptr || !images->is_array() || images->empty())
        return invalid("Record/embed must be a known embed");
    if (images->size() > 4)
        return invalid("array too big (maximum 4) at $.record.embed.images");
    for (const auto& image : *images) {
        const auto* blob = json::find(image, "image");
        const auto* shape = json::find(image, "aspectRatio");
        if (!json::text(image, "alt") || blob == nullptr)
            return invalid("Missing required key \"alt\" or \"image\"");
        if (shape != nullptr &&
            (json::integer_or(*shape, "width", 0) < 1 || json::integer_or(*shape, "height", 0) < 1))
            return invalid("integer too small (minimum 1)");
        if (image.size() != (shape == nullptr ? 2U : 3U))
            return invalid("Unexpected key in image");
        if (auto refusal = refuse_blob(*blob, "image/", most_image))
            return refusal;
    }
    return std::nullopt;
}

std::optional<net::Response> PretendBluesky::refuse_card(const Json& embed) const {
    const auto* external = json::find(embed, "external");
    if (external == nullptr)
        return invalid("Missing required key \"external\"");
    for (const auto* name : {"uri", "title", "description"}) {
        if (!json::text(*external, name))
            return invalid("Missing required key \"" + std::string(name) + "\"");
    }
    const auto* thumb = json::find(*external, "thumb");
    if (external->size() != (thumb == nullptr ? 3U : 4U))
        return invalid("Unexpected key in external");
    return thumb == nullptr ? std::nullopt : refuse_blob(*thumb, "image/", most_image);
}

std::optional<net::Response> PretendBluesky::refuse_video(const Json& embed) const {
    const auto* video = json::find(embed, "video");
    if (video == nullptr)
        return invalid("Missing required key \"video\"");
    for (const auto& [name, value] : embed.items()) {
        if (name != "$type" && name != "video" && name != "alt" && name != "aspectRatio")
            return invalid("Unexpected key in video");
    }
    return refuse_blob(*video, "video/mp4", most_video);
}

}  // namespace caas::sandbox
