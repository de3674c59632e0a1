#include "core/sandbox/platform_meta_instagram.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/text/utf8.h"

namespace caas::sandbox {
namespace {

constexpr std::size_t longest_caption = 2200;
constexpr std::size_t most_items = 10;
constexpr std::string_view upload_path = "/ig-api-upload/v26.0/";
constexpr std::array<std::string_view, 15> known{
    "media_type",
    "caption",
    "image_url",
    "video_url",
    "upload_type",
    "alt_text",
    "is_carousel_item",
    "children",
    "user_tags",
    "collaborators",
    "location_id",
    "share_to_feed",
    "cover_url",
    "thumb_offset",
    "audio_name",
};

net::Response invalid(std::string_view message) {
    return meta_fault(400, 100, 0, message);
}

std::string get(const std::map<std::string, std::string>& fields, const char* name) {
    const auto at = fields.find(name);
    return at == fields.end() ? std::string() : at->second;
}

bool is_shown(const PretendContainers::Post& post) {
    return post.reply_to.empty() && post.kind != "STORIES";
}

bool is_story(const PretendContainers::Post& post) {
    return post.kind == "STORIES";
}

}  // namespace

net::Response PretendInstagram::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    const auto at = url ? url->path.find(upload_path) : std::string::npos;
    if (at != std::string::npos && request.method == "POST")
        return take_bytes(request, std::string_view(url->path).substr(at + upload_path.size()));
    return PretendMeta::work(request);
}

std::optional<net::Response> PretendInstagram::check(const Fields& fields) {
    for (const auto& [name, value] : fields) {
        if (std::ranges::find(known, name) == known.end())
            return invalid("The parameter " + name + " is not known");
    }
    if (text::utf16_length(get(fields, "caption")) > longest_caption)
        return meta_fault(400, 36004, 2207010, "The caption was too long.");
    const auto type = get(fields, "media_type");
    const bool is_item = get(fields, "is_carousel_item") == "true";
    if (is_item && fields.contains("caption"))
        return invalid("An item has no caption of its own");
    if (type == "STORIES" && fields.contains("caption"))
        return invalid("A story has no caption");
    if (fields.contains("user_tags") && !json::try_parse(get(fields, "user_tags")))
        return invalid("user_tags must be JSON");
    if (fields.contains("alt_text") && !fields.contains("image_url"))
        return invalid("alt_text is for pictures");
    if (type == "CAROUSEL")
        return fields.contains("image_url") || fields.contains("video_url")
                   ? invalid("A carousel has items only")
                   : check_children(get(fields, "children"), most_items);
    return check_media(fields, type);
}

std::optional<net::Response> PretendInstagram::check_media(
    const Fields& fields, const std::string& type) const {
    const bool is_pushed = get(fields, "upload_type") == "resumable";
    const int sources = static_cast<int>(fields.contains("image_url")) +
                        static_cast<int>(fields.contains("video_url")) +
                        static_cast<int>(is_pushed);
    if (sources != 1)
        return invalid("Only photo or video can be accepted as media type.");
    const bool is_video = is_pushed || fields.contains("video_url");
    if (is_video != (type == "REELS" || type == "VIDEO") && type != "STORIES")
        return invalid("The media_type does not fit the address");
    if (type == "VIDEO" && get(fields, "is_carousel_item") != "true")
        return invalid("VIDEO is no longer supported. Use REELS");
    if (!type.empty() && type != "REELS" && type != "VIDEO" && type != "STORIES")
        return invalid("The media_type is not known");
    if (!is_pushed && !is_fetchable(get(fields, is_video ? "video_url" : "image_url")))
        return meta_fault(400, 9004, 2207052, "The media could not be fetched from this URI");
    return std::nullopt;
}

Json PretendInstagram::make_answer(const Container& made) const {
    Json out{{"id", made.id}};
    if (made.waits_for_bytes)
        out["uri"] = (origin().empty() ? "https://rupload.facebook.com" : origin()) +
                     std::string(upload_path) + made.id;
    return out;
}

net::Response PretendInstagram::take_bytes(const net::Request& request, std::string_view id) {
    constexpr std::string_view scheme = "OAuth ";
    const auto given = header_of(request, "Authorization");
    const auto token = given.starts_with(scheme) ? given.substr(scheme.size()) : "";
    if (token != first_token && !is_admitted(token))
        return meta_fault(401, 190, 467, "Invalid OAuth access token");
    auto* container = find_container(id);
    if (container == nullptr || !container->waits_for_bytes)
        return meta_fault(400, -1, 2207053, "Unknown upload");
    if (header_of(request, "offset") != "0" ||
        header_of(request, "file_size") != std::to_string(request.body.size()))
        return meta_fault(400, -1, 2207053, "The upload is not complete");
    container->waits_for_bytes = false;
    return json_response(200, {{"success", true}, {"message", "Upload successful."}});
}

net::Response PretendInstagram::answer_other(const Call& call) {
    if (call.path.size() != 2)
        return unknown_object();
    const bool is_own = call.path[0] == "me" || call.path[0] == user_id;
    const auto& edge = call.path[1];
    if (call.method == "POST")
        return edge == "comments" ? comment(call) : unknown_object();
    if (is_own && edge == "media")
        return list(call, is_shown);
    if (is_own && edge == "stories")
        return list(call, is_story);
    if (is_own && edge == "content_publishing_limit")
        return quota();
    if (find_post(call.path[0]) == nullptr)
        return unknown_object();
    if (edge == "comments")
        return comments(call);
    if (edge == "insights")
        return json_response(
            200,
            {{"data",
              {{{"name", "reach"}, {"period", "lifetime"}, {"values", {{{"value", 13}}}}},
               {{"name", "saved"}, {"total_value", {{"value", 2}}}}}}});
    return unknown_object();
}

net::Response PretendInstagram::comment(const Call& call) {
    const auto* post = find_post(call.path[0]);
    const auto message = get(call.fields, "message");
    if (post == nullptr || !post->reply_to.empty() || post->kind == "STORIES")
        return unknown_object();
    if (message.empty() || call.fields.size() != 1)
        return invalid("The comment needs a message");
    Post made{
        .id = make_id(),
        .text = message,
        .reply_to = post->id,
        .media = {},
        .kind = "COMMENT",
        .fields = Json(call.fields),
        .made_at = now(),
        .permalink = "",
        .alts = {}};
    posts_.push_back(made);
    return json_response(200, {{"id", made.id}});
}

net::Response PretendInstagram::comments(const Call& call) const {
    auto out = Json::array();
    for (auto at = posts_.rbegin(); at != posts_.rend(); ++at) {
        if (at->reply_to == call.path[0])
            out.push_back(only(
                {{"id", at->id}, {"text", at->text}, {"timestamp", meta_time(at->made_at)}},
                get(call.fields, "fields")));
    }
    return json_response(200, {{"data", std::move(out)}});
}

std::string PretendInstagram::permalink_of(const Post& post) const {
    return "https://www.instagram.sandbox/p/" + post.id + "/";
}

net::Response PretendInstagram::quota() const {
    return json_response(
        200,
        {{"data",
          {{{"quota_usage", used_quota(false)},
            {"config", {{"quota_total", quota_}, {"quota_duration", 86400}}}}}}});
}

}  // namespace caas::sandbox
