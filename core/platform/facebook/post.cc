#include "core/platform/facebook/post.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/equal.h"
#include "core/platform/facebook/service.h"
#include "core/platform/facebook/upload.h"
#include "core/platform/journal.h"
#include "core/platform/meta/comment.h"
#include "core/platform/meta/life.h"
#include "core/platform/meta/listing.h"
#include "core/platform/token.h"

namespace caas::platform::facebook {
namespace {

// What a page has to allow for comments (developers.facebook.com, Pages API, comments).
constexpr std::string_view comment_scope = "pages_manage_engagement";
constexpr std::string_view site = "https://www.facebook.com";
constexpr std::chrono::milliseconds look_timeout = std::chrono::seconds(10);
constexpr Milliseconds clock_slack = std::chrono::minutes(2);
constexpr std::int64_t most_image_bytes = 4LL << 20;  // as a maintained client met it (1366046)
constexpr std::size_t most_photos = 10;
constexpr Milliseconds video_patience = std::chrono::seconds(15);  // between two looks at it

std::string link_of(const Publication& publication) {
    const auto options = json::try_parse(publication.options);
    return options ? json::text_or(*options, "link", "") : "";
}

Refused refused(std::string_view word, std::string message) {
    return {code_of(driver, word), std::move(message)};
}

bool has_video(const Publication& publication) {
    return std::ranges::any_of(publication.parts.front().media, &Medium::is_video);
}

std::string permalink(const std::string& id, const Access& access, const Tools& tools) {
    auto request =
        meta::get(service, access, net::percent_encode(id), {{"fields", "permalink_url"}});
    request.total_timeout = look_timeout;
    const auto result = meta::call_harmless(driver, request, tools);
    const auto* answer = std::get_if<meta::Answer>(&result);
    auto url = answer != nullptr ? json::text_or(answer->body, "permalink_url", "") : "";
    // Of videos it comes without the site.
    return url.starts_with('/') ? std::string(site) + url : url;
}

// How many pictures and videos a listed post shows; a link's preview is none of them, though its
// media_type may be "video" (type "video_share_youtube").
std::int64_t media_count(const Json& post) {
    const auto* attachments = json::path(post, {"attachments", "data"});
    if (attachments == nullptr || !attachments->is_array())
        return 0;
    std::int64_t count = 0;
    for (const auto& attachment : *attachments) {
        if (json::text_or(attachment, "type", "").find("share") != std::string::npos)
            continue;
        const auto type = json::text_or(attachment, "media_type", "");
        const auto* more = json::path(attachment, {"subattachments", "data"});
        if (more != nullptr && more->is_array())
            count += static_cast<std::int64_t>(more->size());
        else if (type == "photo" || type == "video")
            ++count;
    }
    return count;
}

}  // namespace

Step publishing(const Publication& publication, const Journal& journal, Instant now) {
    const auto& part = publication.parts.front();
    Step step{.name = std::string(create_step), .part = 0, .prepared = "", .publishes = true};
    net::Pairs fields;
    if (has_video(publication)) {
        step.name = finish_step;
        const auto made = video(journal, now).value_or(Video{});
        fields = {
            {"upload_phase", "finish"},
            {"upload_session_id", made.session},
            {"description", part.text}};
        step.prepared = json::dump({{"form", net::form_encode(fields)}, {"video", made.id}});
    } else {
        if (!part.text.empty())
            fields.emplace_back("message", part.text);
        const auto link = link_of(publication);
        if (!link.empty() && part.media.empty())
            fields.emplace_back("link", link);
        auto attached = Json::array();
        for (const auto& id : photos(publication, journal, now))
            attached.push_back({{"media_fbid", id}});
        if (!attached.empty())
            fields.emplace_back("attached_media", json::dump(attached));
        step.prepared = json::dump({{"form", net::form_encode(fields)}});
    }
    if (const auto* open = find_open(journal, step.name, 0))
        step.prepared = open->prepared;
    return step;
}

std::optional<Refused> find_refusal(const Publication& publication, const Access& access) {
    // Before the first part is out; of an account whose grants are not known nothing is missing.
    if (publication.parts.size() > 1 && !missing_scopes(comment_scope, access.scopes).empty())
        return refused(
            "may_not_comment",
            "The parts after the first become comments, and whoever connected the page did not "
            "allow caas to write them (pages_manage_engagement). Connect it again: caas account "
            "connect facebook; or make it one part");
    const auto& media = publication.parts.front().media;
    if (has_video(publication) && media.size() > 1)
        return refused("media_too_many", "A post on Facebook shows pictures or one video");
    if (media.size() > most_photos)
        return refused("media_too_many", "A post on Facebook shows at most 10 pictures");
    for (const auto& medium : media) {
        if (!medium.read && (medium.is_video() || medium.url.empty()))
            return refused("media_unreadable", "A medium of the post cannot be read");
        if (!medium.is_video() && medium.size > most_image_bytes)
            return refused("media_too_large", "Facebook takes pictures up to 4 MB");
    }
    const auto link = link_of(publication);
    if (!link.empty() && !net::parse_url(link))
        return refused("link", "The option link is to be an http or https URL");
    if (!link.empty() && !media.empty())
        return refused("link", "A post on Facebook shows a link or media, not both");
    return meta::find_bad_comment(driver, publication);
}

Outcome publish(
    const Step& step, const Journal& journal, const Access& access, const Tools& tools) {
    const auto& entry = journal.back();
    if (const auto id = json::text_or(meta::cursor_of(entry), "published", ""); !id.empty())
        return Done{id, permalink(id, access, tools), entry.cursor};
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const bool is_video = step.name == finish_step;
    auto request = meta::post(
        service,
        access,
        net::percent_encode(access.remote_id) + (is_video ? "/videos" : "/feed"),
        json::text_or(prepared, "form", ""));
    request.is_create = true;
    auto result = meta::call(driver, request, tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::move(*outcome);
    const auto& body = std::get<meta::Answer>(result).body;
    auto id = json::text_or(body, "id", "");
    if (is_video && json::truth(body, "success").value_or(false))
        id = json::text_or(prepared, "video", "");
    if (id.empty())
        return Unknown{
            code_of(driver, "unreadable_answer"),
            "Facebook took the post, but its answer cannot be read"};
    return Continue{json::dump({{"published", id}})};
}

std::optional<Step> next_look_at_video(const Journal& journal, const Entry& post) {
    if (post.step != finish_step || post.remote_id.empty() ||
        find_done(journal, ready_step, 0) != nullptr)
        return std::nullopt;
    return Step{
        .name = std::string(ready_step),
        .part = 0,
        .prepared = json::dump({{"video", post.remote_id}}),
        .is_repeatable = true,
        .publishes = false};
}

Outcome look_at_video(const Step& step, const Access& access, const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto id = json::text_or(prepared, "video", "");
    auto result = meta::call_harmless(
        driver, meta::get(service, access, net::percent_encode(id), {{"fields", "status"}}), tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::holds_alternative<Refused>(*outcome) ? Outcome(Done{}) : std::move(*outcome);
    const auto* status = json::find(std::get<meta::Answer>(result).body, "status");
    const auto word = status != nullptr ? json::text_or(*status, "video_status", "") : "";
    if (word == "processing")
        return Later{tools.clock.now() + video_patience, "Facebook is working on the video"};
    if (word == "error")
        return refused(
            "video_failed",
            "Facebook took the video but could not process it, so nobody sees it. Export it anew, "
            "as MP4 with H.264, and publish it again");
    return Done{};
}

Sight look_for_post(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto& entry = journal.back();
    if (const auto id = json::text_or(meta::cursor_of(entry), "published", ""); !id.empty())
        return There{id, permalink(id, access, tools), entry.cursor};
    const auto begun = begin_of_doubt(journal);
    const auto since = begun - clock_error;
    // Of the page itself: its feed shows what visitors write and where it is named as well.
    auto request = meta::get(
        service,
        access,
        net::percent_encode(access.remote_id) + "/published_posts",
        {{"fields",
          "id,message,created_time,permalink_url,"
          "attachments{media_type,type,subattachments.limit(30){media_type}}"},
         {"since", std::to_string(to_ms(since) / 1000)},
         {"limit", "25"}});
    request.total_timeout = look_timeout;
    const auto result = meta::call_harmless(driver, request, tools);
    const auto* answer = std::get_if<meta::Answer>(&result);
    const auto* data = answer != nullptr ? json::find(answer->body, "data") : nullptr;
    if (data == nullptr || !data->is_array())
        return CannotTell{"The page's posts could not be listed"};
    const auto& part = publication.parts.front();
    std::optional<std::string> other_media;
    for (const auto& post : *data) {
        const auto id = json::text_or(post, "id", "");
        const auto made = meta::parse_time(json::text_or(post, "created_time", ""));
        const auto url = json::text_or(post, "permalink_url", "");
        const bool is_anothers = publication.is_of_another(id, url);
        if (!id.empty() && !is_anothers && (!made || *made >= since) &&
            meta::is_same_text(part.text, json::text_or(post, "message", ""))) {
            if (media_count(post) != static_cast<std::int64_t>(part.media.size())) {
                other_media = url;
                continue;
            }
            // Any picture or link that the page shows without words since then would do.
            if (meta::is_same_text(part.text, ""))
                return CannotTell{
                    "A post without words is on the page, and nothing tells whether it is this "
                    "one: " +
                        url,
                    true};
            // The newest are listed first.
            if (made && *made < begun - clock_slack)
                return sight_of_older(url);
            return sight_of_equal(publication, {id, url, ""});
        }
    }
    // What Facebook calls a medium is its own affair.
    if (other_media && !meta::is_same_text(part.text, ""))
        return CannotTell{
            "A post of the same words is on the page, with other media as it seems: " +
                *other_media,
            true};
    return CannotTell{"It is not among the page's newest posts, which proves nothing"};
}

}  // namespace caas::platform::facebook
