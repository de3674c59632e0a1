#include "core/sandbox/platform_meta_container.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace caas::sandbox {
namespace {

constexpr Milliseconds life = std::chrono::hours(24);
constexpr Milliseconds day = std::chrono::hours(24);

std::string field(const std::map<std::string, std::string>& fields, std::string_view name) {
    const auto at = fields.find(std::string(name));
    return at == fields.end() ? "" : at->second;
}

std::vector<std::string> words_of(const std::string& list) {
    std::vector<std::string> words;
    std::istringstream in(list);
    for (std::string word; std::getline(in, word, ',');)
        words.push_back(word);
    return words;
}

long long number_of(const std::string& text, long long otherwise) {
    long long value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

std::vector<PretendContainers::Post> PretendContainers::posts() const {
    const std::scoped_lock lock(mutex());
    return posts_;
}

void PretendContainers::set_processing(Milliseconds duration) {
    const std::scoped_lock lock(mutex());
    processing_ = duration;
}

void PretendContainers::take_speed(bool is_slow) {
    set_processing(std::chrono::seconds(is_slow ? 30 : 5));
}

std::vector<ShownPost> PretendContainers::shown() const {
    const std::scoped_lock lock(mutex());
    std::vector<ShownPost> out;
    for (const auto& post : posts_) {
        ShownPost one{
            post.id, "@" + std::string(user_name), post.text, post.reply_to, "", {}, post.made_at};
        if (post.kind == "STORIES" || post.kind == "REELS" || post.kind == "COMMENT")
            one.note = post.kind;
        for (std::size_t i = 0; i < post.media.size(); ++i)
            one.media.push_back(medium(post.media[i], i < post.alts.size() ? post.alts[i] : ""));
        out.push_back(std::move(one));
    }
    return out;
}

void PretendContainers::spoil(int count, const std::string& reason) {
    const std::scoped_lock lock(mutex());
    to_spoil_ = count;
    reason_ = reason;
}

void PretendContainers::set_quota(int posts_a_day) {
    const std::scoped_lock lock(mutex());
    quota_ = posts_a_day;
}

void PretendContainers::hide_listing(bool is_hidden) {
    const std::scoped_lock lock(mutex());
    is_listing_hidden_ = is_hidden;
}

net::Response PretendContainers::answer(const Call& call) {
    if (auto account = answer_account(call))
        return *std::move(account);
    const bool is_own = !call.path.empty() && (call.path[0] == "me" || call.path[0] == user_id);
    const auto edge = call.path.size() == 2 ? call.path[1] : "";
    if (call.method == "POST" && is_own && edge == names_.container_edge)
        return make(call);
    if (call.method == "POST" && is_own && edge == names_.publish_edge)
        return publish(call);
    if (call.method == "GET" && call.path.size() == 1) {
        if (const auto* container = find_container(call.path[0]))
            return state(call, *container);
        if (const auto* post = find_post(call.path[0]))
            return json_response(200, only(render(*post), field(call.fields, "fields")));
    }
    return answer_other(call);
}

net::Response PretendContainers::make(const Call& call) {
    if (auto wrong = check(call.fields))
        return *std::move(wrong);
    for (const auto* name : {"image_url", "video_url"}) {
        if (call.fields.contains(name) && !fetch(call.fields.at(name)))
            return meta_fault(400, 9004, 2207052, "The media could not be fetched from this URI");
    }
    Container made;
    made.id = make_id();
    made.fields = call.fields;
    made.made_at = now();
    const bool has_media = call.fields.contains("image_url") || call.fields.contains("video_url");
    made.waits_for_bytes = field(call.fields, "upload_type") == "resumable";
    made.ready_at = now() + (has_media || made.waits_for_bytes ? processing_ : Milliseconds());
    if (has_media && to_spoil_ > 0) {
        --to_spoil_;
        made.reason = reason_;
    }
    containers_.push_back(made);
    return json_response(200, make_answer(made));
}

Json PretendContainers::make_answer(const Container& made) const {
    return {{"id", made.id}};
}

std::string PretendContainers::status_of(const Container& container) const {
    if (container.is_published)
        return "PUBLISHED";
    if (now() - container.made_at >= life)
        return "EXPIRED";
    if (container.waits_for_bytes || now() < container.ready_at)
        return "IN_PROGRESS";
    return container.reason.empty() ? "FINISHED" : "ERROR";
}

net::Response PretendContainers::state(const Call& call, const Container& container) const {
    Json out{{"id", container.id}, {std::string(names_.status_field), status_of(container)}};
    if (!container.reason.empty())
        out[std::string(names_.reason_field)] = container.reason;
    return json_response(200, only(out, field(call.fields, "fields")));
}

net::Response PretendContainers::publish(const Call& call) {
    auto* container = find_container(field(call.fields, "creation_id"));
    if (call.fields.size() != 1 || container == nullptr)
        return meta_fault(400, 24, 2207006, "The requested resource does not exist");
    const auto status = status_of(*container);
    if (status == "IN_PROGRESS")
        return meta_fault(400, 9007, 2207027, "Media ID is not available");
    if (status == "PUBLISHED")
        return meta_fault(400, 100, 0, "The container was published already");
    if (status == "EXPIRED")
        return meta_fault(400, -2, 2207020, "The media expired");
    if (status == "ERROR" || field(container->fields, "is_carousel_item") == "true")
        return meta_fault(400, -1, 2207032, "Create media failed");
    const auto& fields = container->fields;
    const auto reply_to = field(fields, "reply_to_id");
    if (used_quota(!reply_to.empty()) >= quota_)
        return meta_fault(403, 9, 2207042, "The maximum number of posts was reached");
    container->is_published = true;
    Post post{
        .id = make_id(),
        .text = field(fields, names_.text_field),
        .reply_to = reply_to,
        .media = {},
        .kind = field(fields, "media_type"),
        .fields = Json(fields),
        .made_at = now(),
        .permalink = "",
        .alts = {}};
    const auto take_medium = [&](const Fields& from) {
        for (const auto* name : {"image_url", "video_url"}) {
            if (from.contains(name))
                post.media.push_back(from.at(name));
        }
        if (field(from, "upload_type") == "resumable")
            post.media.emplace_back("pushed");
        post.alts.resize(post.media.size(), field(from, "alt_text"));
    };
    take_medium(fields);
    for (const auto& child : words_of(field(fields, "children")))
        take_medium(find_container(child)->fields);
    post.permalink = permalink_of(post);
    posts_.push_back(post);
    return json_response(200, {{"id", post.id}});
}

PretendContainers::Container* PretendContainers::find_container(std::string_view id) {
    const auto at = std::ranges::find(containers_, id, &Container::id);
    return at == containers_.end() ? nullptr : &*at;
}

PretendContainers::Post* PretendContainers::find_post(std::string_view id) {
    const auto at = std::ranges::find(posts_, id, &Post::id);
    return at == posts_.end() ? nullptr : &*at;
}

net::Response PretendContainers::list(const Call& call, bool (*keeps)(const Post&)) const {
    auto out = Json::array();
    const auto since = number_of(field(call.fields, "since"), 0);
    const auto limit = static_cast<std::size_t>(number_of(field(call.fields, "limit"), 25));
    for (auto at = posts_.rbegin(); at != posts_.rend() && out.size() < limit; ++at) {
        if (keeps(*at) && to_ms(at->made_at) / 1000 >= since && !is_listing_hidden_)
            out.push_back(only(render(*at), field(call.fields, "fields")));
    }
    return json_response(200, {{"data", std::move(out)}});
}

Json PretendContainers::render(const Post& post) const {
    Json out{
        {"id", post.id},
        {"permalink", post.permalink},
        {"timestamp", meta_time(post.made_at)},
        {"media_type", post.kind}};
    if (!post.text.empty())
        out[std::string(names_.text_field)] = post.text;
    if (!post.reply_to.empty())
        out["replied_to"] = {{"id", post.reply_to}};
    return out;
}

std::optional<net::Response> PretendContainers::check_children(
    const std::string& children, std::size_t most) {
    const auto ids = words_of(children);
    if (ids.size() < 2 || ids.size() > most)
        return meta_fault(400, 100, 2207028, "The number of a carousel's items is wrong");
    for (const auto& id : ids) {
        const auto* child = find_container(id);
        if (child == nullptr || field(child->fields, "is_carousel_item") != "true")
            return meta_fault(400, 24, 2207006, "The requested resource does not exist");
        if (status_of(*child) != "FINISHED")
            return meta_fault(400, 9007, 2207027, "Media ID is not available");
    }
    return std::nullopt;
}

void PretendContainers::take_back(std::string_view id) {
    std::erase_if(posts_, [&](const Post& post) { return post.id == id; });
}

int PretendContainers::used_quota(bool of_replies) const {
    return static_cast<int>(std::ranges::count_if(posts_, [&](const Post& post) {
        return now() - post.made_at < day && post.reply_to.empty() != of_replies;
    }));
}

}  // namespace caas::sandbox
