#include "core/sandbox/platform_x.h"

#include <algorithm>
#include <array>
#include <span>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/text/entity.h"
#include "core/text/utf8.h"
#include "core/text/weight.h"

namespace caas::sandbox {
namespace {

constexpr std::int64_t plain_text = 280;
constexpr std::int64_t long_text = 4000;
constexpr std::string_view tweets = "/2/tweets";

constexpr std::array<std::string_view, 15> members{
    "card_uri",
    "community_id",
    "direct_message_deep_link",
    "edit_options",
    "for_super_followers_only",
    "geo",
    "made_with_ai",
    "media",
    "nullcast",
    "paid_partnership",
    "poll",
    "quote_tweet_id",
    "reply",
    "reply_settings",
    "share_with_followers",
};
constexpr std::array<std::string_view, 2> media_members{"media_ids", "tagged_user_ids"};
constexpr std::array<std::string_view, 3> reply_members{
    "auto_populate_reply_metadata", "exclude_reply_user_ids", "in_reply_to_tweet_id"};
constexpr std::array<std::string_view, 4> reply_settings{
    "following", "mentionedUsers", "subscribers", "verified"};

net::Response invalid(std::string_view message) {
    auto response = x_problem(
        400,
        "invalid-request",
        "Invalid Request",
        "One or more parameters to your request was invalid.");
    auto body = json::parse(response.body, "our own answer");
    body["errors"] = Json::array({{{"parameters", Json::object()}, {"message", message}}});
    return json_response(400, body);
}

net::Response forbidden(std::string_view detail) {
    return x_problem(403, "", "Forbidden", detail);
}

net::Response not_found(const std::string& id) {
    return x_problem(
        404,
        "resource-not-found",
        "Not Found Error",
        "Could not find tweet with id: [" + id + "].");
}

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::string find_unknown(const Json& object, std::span<const std::string_view> known) {
    for (const auto& [name, value] : object.items()) {
        if (!is_one_of(known, name) && name != "text")
            return name;
    }
    return "";
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

std::string short_link(std::string_view what) {
    return "https://t.co/" + sha256_hex(what).substr(0, 10);
}

std::vector<std::string> texts_of(const Json* list) {
    std::vector<std::string> texts;
    if (list == nullptr || !list->is_array())
        return texts;
    for (const auto& item : *list)
        texts.push_back(item.is_string() ? item.get<std::string>() : "");
    return texts;
}

}  // namespace

net::Response x_problem(
    int status, std::string_view kind, std::string_view title, std::string_view detail) {
    const auto type =
        kind.empty() ? "about:blank" : "https://api.twitter.com/2/problems/" + std::string(kind);
    return json_response(
        status, {{"title", title}, {"type", type}, {"status", status}, {"detail", detail}});
}

void PretendX::allow(const std::string& token) {
    const std::scoped_lock lock(mutex());
    tokens_.insert(token);
}

void PretendX::revoke(const std::string& token) {
    const std::scoped_lock lock(mutex());
    tokens_.erase(token);
}

void PretendX::set_verified_type(const std::string& type) {
    const std::scoped_lock lock(mutex());
    verified_type_ = type;
}

void PretendX::set_processing(Milliseconds duration, bool fails) {
    const std::scoped_lock lock(mutex());
    processing_ = duration;
    processing_fails_ = fails;
}

void PretendX::hide_posts() {
    const std::scoped_lock lock(mutex());
    hides_posts_ = true;
}

std::vector<PretendX::Post> PretendX::posts() const {
    const std::scoped_lock lock(mutex());
    auto out = posts_;
    std::erase_if(out, [](const Post& post) { return post.is_deleted; });
    return out;
}

net::Response PretendX::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    const std::string path = url ? url->path : "";
    const std::string query = url ? url->query : "";
    const auto token = bearer_of(request);
    if (!tokens_.contains(token) && !is_admitted(token))
        return x_problem(401, "", "Unauthorized", "Unauthorized");
    if (path.starts_with("/2/media/"))
        return work_on_media(request, path);
    const bool is_get = request.method == "GET";
    if (is_get && path == "/2/users/me")
        return me();
    if (is_get && path == "/2/users/" + std::string(user_id) + "/tweets")
        return list(query);
    if (is_get && path == tweets)
        return show(query);
    if (request.method == "POST" && path == tweets)
        return create(request);
    if (request.method == "DELETE" && path.starts_with(std::string(tweets) + "/"))
        return remove(path.substr(tweets.size() + 1));
    return x_problem(404, "", "Not Found", "Not Found");
}

std::optional<net::Response> PretendX::refuse(PlatformFault kind) {
    if (kind == PlatformFault::expired_token)
        return x_problem(401, "", "Unauthorized", "Unauthorized");
    auto limited = x_problem(429, "", "Too Many Requests", "Too Many Requests");
    // The 15-minute window has room; the day's is what binds.
    const auto reset = to_ms(clock_.now() + std::chrono::seconds(60)) / 1000;
    limited.headers.emplace_back("x-rate-limit-limit", "1080000");
    limited.headers.emplace_back("x-rate-limit-remaining", "1079999");
    limited.headers.emplace_back("x-rate-limit-reset", std::to_string(reset + 600));
    limited.headers.emplace_back("x-user-limit-24hour-limit", "100");
    limited.headers.emplace_back("x-user-limit-24hour-remaining", "0");
    limited.headers.emplace_back("x-user-limit-24hour-reset", std::to_string(reset));
    return limited;
}

net::Response PretendX::me() const {
    return json_response(
        200,
        {{"data",
          {{"id", user_id},
           {"name", "The sandbox"},
           {"username", user_name},
           {"verified", verified_type_ != "none"},
           {"verified_type", verified_type_}}}});
}

net::Response PretendX::create(const net::Request& request) {
    if (!header_of(request, "Content-Type").starts_with("application/json"))
        return invalid("The content type is not supported");
    const auto body = json::try_parse(request.body);
    if (!body || !body->is_object())
        return invalid("Request body is not valid JSON");
    if (auto fault = fault_of(*body))
        return *std::move(fault);
    Post post;
    post.text = json::text_or(*body, "text", "");
    if (const auto* reply = json::find(*body, "reply"))
        post.in_reply_to = json::text_or(*reply, "in_reply_to_tweet_id", "");
    post.media = texts_of(json::path(*body, {"media", "media_ids"}));
    post.body = *body;
    post.id = std::to_string(1'880'000'000'000'000'000 + static_cast<std::int64_t>(posts_.size()));
    post.created_at = clock_.now();
    posts_.push_back(post);
    return json_response(
        201,
        {{"data",
          {{"id", post.id},
           {"text", json::text_or(render(post), "text", "")},
           {"edit_history_tweet_ids", Json::array({post.id})}}}});
}

std::optional<net::Response> PretendX::fault_of(const Json& body) const {
    if (const auto name = find_unknown(body, members); !name.empty())
        return invalid("$." + name + ": is not defined in the schema");
    const auto text = json::text_or(body, "text", "");
    const auto* media = json::find(body, "media");
    if (text.empty() && media == nullptr)
        return invalid("One of text, media or poll is required");
    const auto most = verified_type_ == "none" ? plain_text : long_text;
    const auto weight = text::weigh(text);
    if (weight.length > most || weight.has_refused_character)
        return invalid("Your Tweet text is too long. For more information see the counting rules.");
    if (media != nullptr) {
        if (auto fault = fault_of_media(*media))
            return fault;
    }
    if (const auto* reply = json::find(body, "reply")) {
        const auto target = json::text_or(*reply, "in_reply_to_tweet_id", "");
        if (!find_unknown(*reply, reply_members).empty())
            return invalid("$.reply: has a member that is not defined in the schema");
        if (find(target) == nullptr)
            return not_found(target);
    }
    const auto settings = json::text(body, "reply_settings");
    if (settings && !is_one_of(reply_settings, *settings))
        return invalid("$.reply_settings: does not have a value in the enumeration");
    const auto entities = text::entities(text);
    if (std::ranges::count(entities, text::EntityKind::cashtag, &text::Entity::kind) > 1)
        return forbidden("Posts are limited to a maximum of one cashtag.");
    // Also against a post that was taken back since.
    if (!text.empty() && std::ranges::find(posts_, text, &Post::text) != posts_.end())
        return forbidden(x_duplicate);
    return std::nullopt;
}

std::optional<net::Response> PretendX::fault_of_media(const Json& media) const {
    const auto ids = texts_of(json::find(media, "media_ids"));
    if (!find_unknown(media, media_members).empty() || ids.empty() || ids.size() > 4)
        return invalid("$.media: is not as the schema says");
    for (const auto& id : ids) {
        const auto at = media_.find(id);
        if (at == media_.end() || state_of(at->second) != "succeeded")
            return invalid("Your media IDs are invalid.");
        if (ids.size() > 1 && at->second.category != "tweet_image")
            return invalid("You can only attach 4 photos, 1 GIF or 1 video to a Post.");
    }
    return std::nullopt;
}

net::Response PretendX::remove(const std::string& id) {
    const auto at = std::ranges::find(posts_, id, &Post::id);
    if (at == posts_.end() || at->is_deleted)
        return not_found(id);
    at->is_deleted = true;
    return json_response(200, {{"data", {{"deleted", true}}}});
}

net::Response PretendX::list(const std::string& query) const {
    const auto pairs = net::form_decode(query);
    const auto since = parse_rfc3339(value_of(pairs, "start_time"));
    const auto most = std::atoi(value_of(pairs, "max_results").c_str());
    if (most < 5 || most > 100)
        return invalid("The `max_results` query parameter value is not between 5 and 100");
    auto data = Json::array();
    for (auto at = posts_.rbegin(); at != posts_.rend() && !hides_posts_; ++at) {
        const bool is_wanted = !at->is_deleted && (!since || at->created_at >= *since);
        if (is_wanted && std::cmp_less(data.size(), most))
            data.push_back(render(*at));
    }
    Json out{{"meta", {{"result_count", data.size()}}}};
    if (!data.empty()) {
        out["meta"]["newest_id"] = data.front().at("id");
        out["meta"]["oldest_id"] = data.back().at("id");
        out["data"] = std::move(data);
    }
    return json_response(200, out);
}

net::Response PretendX::show(const std::string& query) const {
    auto ids = value_of(net::form_decode(query), "ids");
    auto data = Json::array();
    auto errors = Json::array();
    while (!ids.empty()) {
        const auto id = ids.substr(0, ids.find(','));
        ids.erase(0, id.size() + 1);
        const auto* post = find(id);
        if (post == nullptr) {
            errors.push_back(
                {{"resource_id", id},
                 {"title", "Not Found Error"},
                 {"type", "https://api.twitter.com/2/problems/resource-not-found"}});
            continue;
        }
        auto rendered = render(*post);
        rendered["public_metrics"] = {
            {"retweet_count", 1},
            {"reply_count", 2},
            {"like_count", 3},
            {"quote_count", 0},
            {"bookmark_count", 4},
            {"impression_count", 500}};
        data.push_back(std::move(rendered));
    }
    Json out = Json::object();
    if (!data.empty())
        out["data"] = std::move(data);
    if (!errors.empty())
        out["errors"] = std::move(errors);
    return json_response(200, out);
}

Json PretendX::render(const Post& post) const {
    std::string text;
    auto urls = Json::array();
    std::size_t at = 0;
    for (const auto& url : text::urls(post.text)) {
        text += escaped(std::string_view(post.text).substr(at, url.begin - at));
        const auto link = short_link(url.text);
        const auto start = text::code_points(text);
        text += link;
        at = url.end;
        urls.push_back(
            {{"start", start},
             {"end", start + link.size()},
             {"url", link},
             {"expanded_url", url.has_scheme ? url.text : "http://" + url.text},
             {"display_url", url.text}});
    }
    text += escaped(std::string_view(post.text).substr(at));
    auto keys = Json::array();
    for (const auto& id : post.media)
        keys.push_back("3_" + id);
    if (!keys.empty()) {
        const auto link = short_link("media of " + post.id);
        text += (text.empty() ? "" : " ") + link;
        for (const auto& key : keys)
            urls.push_back(
                {{"url", link},
                 {"expanded_url", "https://x.com/sandbox/status/" + post.id + "/photo/1"},
                 {"media_key", key}});
    }
    Json out{
        {"id", post.id},
        {"text", text},
        {"created_at", to_rfc3339(post.created_at)},
        {"edit_history_tweet_ids", Json::array({post.id})}};
    if (!urls.empty())
        out["entities"]["urls"] = std::move(urls);
    if (!keys.empty())
        out["attachments"]["media_keys"] = std::move(keys);
    if (!post.in_reply_to.empty())
        out["referenced_tweets"] =
            Json::array({{{"type", "replied_to"}, {"id", post.in_reply_to}}});
    return out;
}

const PretendX::Post* PretendX::find(const std::string& id) const {
    const auto at = std::ranges::find(posts_, id, &Post::id);
    return at == posts_.end() || at->is_deleted ? nullptr : &*at;
}

}  // namespace caas::sandbox
