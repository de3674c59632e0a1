#include "core/sandbox/platform_meta_threads.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/text/utf8.h"

namespace caas::sandbox {
namespace {

constexpr std::size_t longest_text = 500;
constexpr std::size_t longest_alt = 1000;
constexpr std::size_t most_items = 20;
constexpr std::array<std::string_view, 11> known{
    "media_type",
    "text",
    "image_url",
    "video_url",
    "alt_text",
    "is_carousel_item",
    "children",
    "reply_to_id",
    "reply_control",
    "link_attachment",
    "topic_tag",
};

net::Response invalid(std::string_view message) {
    return meta_fault(400, 100, 0, message);
}

bool is_post(const PretendContainers::Post& post) {
    return post.reply_to.empty();
}

bool is_reply(const PretendContainers::Post& post) {
    return !post.reply_to.empty();
}

}  // namespace

std::optional<net::Response> PretendThreads::check(const Fields& fields) {
    const auto get = [&](const char* name) {
        const auto at = fields.find(name);
        return at == fields.end() ? std::string() : at->second;
    };
    for (const auto& [name, value] : fields) {
        if (std::ranges::find(known, name) == known.end())
            return invalid("The parameter " + name + " is not known or not welcome");
    }
    const auto type = get("media_type");
    if (type != "TEXT" && type != "IMAGE" && type != "VIDEO" && type != "CAROUSEL")
        return invalid("Param media_type must be one of {TEXT,IMAGE,VIDEO,CAROUSEL}");
    const bool is_item = get("is_carousel_item") == "true";
    if (type == "TEXT" && (get("text").empty() || is_item))
        return invalid("A text post needs a text");
    if (text::code_points(get("text")) > longest_text)
        return invalid("Param text must be at most 500 characters long.");
    if (text::code_points(get("alt_text")) > longest_alt)
        return invalid("Param alt_text must be at most 1000 characters long.");
    for (const auto& [kind, name] :
         {std::pair<std::string, const char*>{"IMAGE", "image_url"}, {"VIDEO", "video_url"}}) {
        if ((type == kind) != fields.contains(name))
            return invalid("The media_type does not fit the address");
        if (type == kind && !is_fetchable(get(name)))
            return meta_fault(400, 9004, 2207052, "The media could not be fetched from this URI");
    }
    if (is_item && (fields.contains("text") || fields.contains("reply_to_id")))
        return invalid("An item has no text of its own");
    if (type != "TEXT" && fields.contains("link_attachment"))
        return invalid("link_attachment can only be attached to a text post");
    if ((type == "CAROUSEL") != fields.contains("children"))
        return invalid("Only a carousel has children");
    if (type == "CAROUSEL") {
        if (auto wrong = check_children(get("children"), most_items))
            return wrong;
    }
    if (fields.contains("reply_to_id") && find_post(get("reply_to_id")) == nullptr)
        return unknown_object();
    return std::nullopt;
}

net::Response PretendThreads::answer_other(const Call& call) {
    const bool is_own = !call.path.empty() && (call.path[0] == "me" || call.path[0] == user_id);
    if (call.path.size() == 2 && call.method == "GET") {
        const auto& edge = call.path[1];
        if (is_own && edge == "threads")
            return list(call, is_post);
        if (is_own && edge == "replies")
            return list(call, is_reply);
        if (is_own && edge == "threads_publishing_limit")
            return quota();
        if (edge == "insights" && find_post(call.path[0]) != nullptr)
            return json_response(
                200,
                {{"data",
                  {{{"name", "views"}, {"period", "lifetime"}, {"values", {{{"value", 12}}}}},
                   {{"name", "likes"}, {"total_value", {{"value", 3}}}}}}});
    }
    if (call.path.size() == 1 && call.method == "DELETE" && find_post(call.path[0]) != nullptr) {
        take_back(call.path[0]);
        return json_response(200, {{"success", true}, {"deleted_id", call.path[0]}});
    }
    return unknown_object();
}

std::string PretendThreads::permalink_of(const Post& post) const {
    return "https://www.threads.sandbox/@" + std::string(user_name) + "/post/" + post.id;
}

net::Response PretendThreads::quota() const {
    return json_response(
        200,
        {{"data",
          {{{"quota_usage", used_quota(false)},
            {"config", {{"quota_total", quota_}, {"quota_duration", 86400}}},
            {"reply_quota_usage", used_quota(true)},
            {"reply_config", {{"quota_total", 1000}, {"quota_duration", 86400}}}}}}});
}

}  // namespace caas::sandbox
