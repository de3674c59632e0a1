#include "core/sandbox/platform_meta_facebook.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/sandbox/form_data.h"
#include "core/text/utf8.h"

namespace caas::sandbox {
namespace {

using Fields = std::map<std::string, std::string>;

constexpr std::size_t longest_text = 63'206;
constexpr std::int64_t chunk_size = 100'000;  // small, so that there are several
constexpr std::int64_t most_picture = 4LL << 20;
constexpr Milliseconds upload_life = std::chrono::hours(24);

net::Response invalid(std::string_view message) {
    return meta_fault(400, 100, 0, message);
}

std::string get(const Fields& fields, std::string_view name) {
    const auto at = fields.find(std::string(name));
    return at == fields.end() ? std::string() : at->second;
}

std::int64_t number_of(const std::string& text) {
    std::int64_t value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool has_only(const Fields& fields, std::initializer_list<std::string_view> known) {
    return std::ranges::all_of(fields, [&](const auto& field) {
        return std::ranges::find(known, field.first) != known.end();
    });
}

// The account's own name, and those of the pages that the sign-in offers (authorization_meta.cc).
bool is_page(std::string_view id) {
    return id == "me" || id == PretendMeta::user_id || id == "1000" || id == "2000";
}

}  // namespace

std::vector<PretendFacebook::Post> PretendFacebook::posts() const {
    const std::scoped_lock lock(mutex());
    return posts_;
}

void PretendFacebook::lie(int count) {
    const std::scoped_lock lock(mutex());
    lies_ = count;
}

void PretendFacebook::refuse_duplicates() {
    const std::scoped_lock lock(mutex());
    refuses_duplicates_ = true;
}

net::Response PretendFacebook::answer(const Call& call) {
    if (auto account = answer_account(call))
        return *std::move(account);
    auto fields = call.fields;
    for (const auto& [name, value] : read_form_data(call.request))
        fields[name] = value;
    const bool is_own = !call.path.empty() && is_page(call.path[0]);
    const auto edge = call.path.size() == 2 ? call.path[1] : "";
    if (call.method == "POST" && is_own) {
        if (edge == "feed")
            return create(fields);
        if (edge == "photos")
            return photo(fields);
        if (edge == "videos")
            return video(fields);
    }
    if (call.method == "POST" && edge == "comments")
        return comment(call);
    if (call.method == "GET" && is_own && (edge == "feed" || edge == "published_posts"))
        return feed(call);
    if (call.method == "GET")
        return show(call);
    if (call.method == "DELETE" && call.path.size() == 1 && find_post(call.path[0]) != nullptr) {
        std::erase_if(posts_, [&](const Post& post) { return post.id == call.path[0]; });
        return json_response(200, {{"success", true}});
    }
    return unknown_object();
}

std::optional<net::Response> PretendFacebook::refuse_duplicate() {
    return meta_fault(400, 506, 1455006, "Duplicate status message");
}

std::vector<ShownPost> PretendFacebook::shown() const {
    const std::scoped_lock lock(mutex());
    std::vector<ShownPost> out;
    for (const auto& post : posts_) {
        ShownPost one{post.id, "", post.text, post.reply_to, "", {}, post.made_at};
        if (!post.link.empty())
            one.note = "link: " + post.link;
        if (!post.reply_to.empty())
            one.note = "comment";
        for (const auto& id : post.media) {
            const auto at = std::ranges::find(uploads_, id, &Upload::id);
            one.media.push_back(medium(id, at == uploads_.end() ? "" : at->alt));
            if (one.media.back().type.empty() && post.is_video)
                one.media.back().type = "video/mp4";
        }
        out.push_back(std::move(one));
    }
    return out;
}

net::Response PretendFacebook::create(const Fields& fields) {
    if (!has_only(fields, {"message", "link", "attached_media"}))
        return invalid("A parameter is not known or not welcome");
    Post post;
    post.text = get(fields, "message");
    post.link = get(fields, "link");
    if (text::code_points(post.text) > longest_text)
        return invalid("The message is too long");
    if (!post.link.empty() && (!is_fetchable(post.link) || fields.contains("attached_media")))
        return meta_fault(400, 100, 1609005, "The link could not be scraped");
    const auto attached = json::try_parse(get(fields, "attached_media")).value_or(Json::array());
    for (const auto& one : attached) {
        auto* upload = find_upload(json::text_or(one, "media_fbid", ""));
        if (upload == nullptr || upload->is_used || !upload->session.empty() ||
            now() - upload->made_at >= upload_life)
            return invalid("An attached photo is not there");
        post.media.push_back(upload->id);
    }
    if (post.text.empty() && post.link.empty() && post.media.empty())
        return invalid("The post is empty");
    const auto is_equal = [&](const Post& other) {
        return other.reply_to.empty() && other.text == post.text;
    };
    if (refuses_duplicates_ && std::ranges::any_of(posts_, is_equal))
        return refuse_duplicate().value();
    for (const auto& id : post.media)
        find_upload(id)->is_used = true;
    post.id = std::string(user_id) + "_" + make_id();
    return keep(std::move(post));
}

net::Response PretendFacebook::keep(Post post) {
    post.made_at = now();
    const Json made = post.is_video ? Json{{"success", true}} : Json{{"id", post.id}};
    posts_.push_back(std::move(post));
    if (lies_ > 0) {
        --lies_;
        return meta_fault(
            500, 2, 0, "An unexpected error has occurred. Please retry your request later.");
    }
    return json_response(200, made);
}

net::Response PretendFacebook::photo(const Fields& fields) {
    if (!has_only(fields, {"published", "source", "url", "alt_text_custom"}) ||
        get(fields, "published") != "false" || fields.contains("source") == fields.contains("url"))
        return invalid("An unpublished photo needs a source or a url");
    if (fields.contains("url") && (!is_fetchable(get(fields, "url")) || !fetch(get(fields, "url"))))
        return invalid("The url cannot be fetched");
    const auto size = static_cast<std::int64_t>(get(fields, "source").size());
    if (size > most_picture || (size == 0 && !fields.contains("url")))
        return meta_fault(400, 100, 1366046, "Photos should be smaller than 4 MB");
    Upload made;
    made.id = make_id();
    made.made_at = now();
    made.alt = get(fields, "alt_text_custom");
    if (size > 0)
        keep_file(made.id, {"", get(fields, "source")});
    uploads_.push_back(made);
    return json_response(200, {{"id", made.id}});
}

net::Response PretendFacebook::video(const Fields& fields) {
    const auto phase = get(fields, "upload_phase");
    const auto offsets = [](const Upload& upload) {
        const auto end = std::min(upload.received + chunk_size, upload.size);
        return Json{
            {"start_offset", std::to_string(upload.received)}, {"end_offset", std::to_string(end)}};
    };
    if (phase == "start") {
        Upload made;
        made.id = make_id();
        made.session = make_id();
        made.size = number_of(get(fields, "file_size"));
        made.made_at = now();
        if (made.size <= 0)
            return invalid("file_size is required");
        uploads_.push_back(made);
        auto out = offsets(made);
        out["upload_session_id"] = made.session;
        out["video_id"] = made.id;
        return json_response(200, out);
    }
    const auto at = std::ranges::find(uploads_, get(fields, "upload_session_id"), &Upload::session);
    if (at == uploads_.end() || at->session.empty() || at->is_used)
        return meta_fault(400, 100, 1363041, "The upload session is not valid");
    if (phase == "transfer") {
        const auto size = static_cast<std::int64_t>(get(fields, "video_file_chunk").size());
        if (number_of(get(fields, "start_offset")) != at->received || size == 0 ||
            size > chunk_size || at->received + size > at->size)
            return meta_fault(400, 6001, 1363037, "The offset of the chunk is wrong");
        at->received += size;
        return json_response(200, offsets(*at));
    }
    if (phase != "finish" || at->received != at->size)
        return meta_fault(400, 6000, 1363130, "There was a problem uploading the video");
    at->is_used = true;
    Post post;
    post.id = at->id;
    post.text = get(fields, "description");
    post.media = {at->id};
    post.is_video = true;
    return keep(std::move(post));
}

net::Response PretendFacebook::comment(const Call& call) {
    const auto* on = find_post(call.path[0]);
    if (on == nullptr || !on->reply_to.empty())
        return unknown_object();
    if (!has_only(call.fields, {"message"}) || get(call.fields, "message").empty())
        return invalid("The comment needs a message");
    Post post;
    post.id = make_id();
    post.text = get(call.fields, "message");
    post.reply_to = on->id;
    return keep(std::move(post));
}

Json PretendFacebook::render(const Post& post) const {
    Json out{
        {"id", post.id},
        {"created_time", meta_time(post.made_at)},
        {"permalink_url",
         post.is_video ? "/sandbox/videos/" + post.id : "https://www.facebook.sandbox/" + post.id}};
    if (!post.text.empty())
        out["message"] = post.text;
    if (post.is_video)
        out["status"] = {{"video_status", "ready"}};
    if (post.media.empty())
        return out;
    Json attachment{{"media_type", post.is_video ? "video" : "photo"}};
    if (post.media.size() > 1) {
        attachment["media_type"] = "album";
        for (std::size_t i = 0; i < post.media.size(); ++i)
            attachment["subattachments"]["data"].push_back({{"media_type", "photo"}});
    }
    out["attachments"]["data"].push_back(std::move(attachment));
    return out;
}

net::Response PretendFacebook::feed(const Call& call) const {
    auto out = Json::array();
    const auto since = number_of(get(call.fields, "since"));
    const auto limit = number_of(get(call.fields, "limit"));
    for (auto at = posts_.rbegin(); at != posts_.rend(); ++at) {
        if (at->reply_to.empty() && to_ms(at->made_at) / 1000 >= since &&
            static_cast<std::int64_t>(out.size()) < limit)
            out.push_back(only(render(*at), get(call.fields, "fields")));
    }
    return json_response(200, {{"data", std::move(out)}});
}

net::Response PretendFacebook::show(const Call& call) const {
    const auto* post = call.path.empty() ? nullptr : find_post(call.path[0]);
    if (post == nullptr)
        return unknown_object();
    if (call.path.size() == 1)
        return json_response(200, only(render(*post), get(call.fields, "fields")));
    if (call.path[1] != "comments")
        return invalid("The metric is not known");
    auto out = Json::array();
    for (const auto& other : posts_) {
        if (other.reply_to == post->id)
            out.push_back(only(render(other), get(call.fields, "fields")));
    }
    return json_response(200, {{"data", std::move(out)}});
}

PretendFacebook::Upload* PretendFacebook::find_upload(std::string_view id) {
    const auto at = std::ranges::find(uploads_, id, &Upload::id);
    return at == uploads_.end() ? nullptr : &*at;
}

const PretendFacebook::Post* PretendFacebook::find_post(std::string_view id) const {
    const auto at = std::ranges::find(posts_, id, &Post::id);
    return at == posts_.end() ? nullptr : &*at;
}

}  // namespace caas::sandbox
