#include "core/sandbox/platform_mastodon.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/sandbox/platform_form.h"
#include "core/text/entity.h"
#include "core/text/grapheme.h"
#include "core/text/html.h"
#include "core/text/length.h"

namespace caas::sandbox {
namespace {

constexpr std::chrono::seconds key_life = std::chrono::hours(1);
constexpr std::string_view account_id = "109000000000000001";
constexpr std::size_t usually_listed = 20;
constexpr std::size_t most_listed = 40;
constexpr std::int64_t most_picture = 16'777'216;
constexpr std::int64_t most_description = 1500;

net::Response fault(int status, std::string_view error) {
    return json_response(status, {{"error", error}});
}

Json account() {
    return {
        {"id", account_id},
        {"username", "sandbox"},
        {"acct", "sandbox"},
        {"url", "https://mastodon.sandbox/@sandbox"}};
}

// As people's browsers get it: markup escaped, addresses as links.
std::string content_of(const std::string& text) {
    std::string out = "<p>";
    std::size_t at = 0;
    const std::string_view whole = text;
    for (const auto& url : text::urls(text)) {
        if (!url.has_scheme)
            continue;
        const auto address = text::html_escaped(whole.substr(url.begin, url.end - url.begin));
        out += text::html_escaped(whole.substr(at, url.begin - at)) + "<a href=\"" + address +
               "\">" + address + "</a>";
        at = url.end;
    }
    return out + text::html_escaped(whole.substr(at)) + "</p>";
}

std::string stripped(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos)
        return "";
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

void PretendMastodon::set_token(const std::string& token) {
    const std::scoped_lock lock(mutex());
    token_ = token;
}

void PretendMastodon::set_text_limit(int limit) {
    const std::scoped_lock lock(mutex());
    text_limit_ = limit;
}

void PretendMastodon::ignore_keys() {
    const std::scoped_lock lock(mutex());
    honours_keys_ = false;
}

std::vector<PretendMastodon::Status> PretendMastodon::statuses() const {
    const std::scoped_lock lock(mutex());
    return statuses_;
}

net::Response PretendMastodon::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    const std::string path = url ? url->path : "";
    if (path == "/api/v2/instance")
        return instance();
    const auto token = bearer_of(request);
    if (token != token_ && !is_admitted(token))
        return fault(401, "The access token is invalid");
    if (path == "/api/v1/accounts/verify_credentials")
        return json_response(200, account());
    if (request.method == "POST" && path == "/api/v1/statuses")
        return create(request);
    if (request.method == "POST" && path == "/api/v2/media")
        return upload(request);
    constexpr std::string_view media = "/api/v1/media/";
    if (request.method == "GET" && path.starts_with(media))
        return look_at(path.substr(media.size()));
    if (path == "/api/v1/accounts/" + std::string(account_id) + "/statuses")
        return list(url->query);
    constexpr std::string_view prefix = "/api/v1/statuses/";
    if (path.starts_with(prefix)) {
        const auto id = path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size());
        const auto what = path.substr(prefix.size() + id.size());
        return request.method == "DELETE" && what.empty() ? remove(id) : show(id, what);
    }
    return fault(404, "Record not found");
}

std::optional<net::Response> PretendMastodon::refuse(PlatformFault kind) {
    if (kind != PlatformFault::rate_limit)
        return std::nullopt;  // its tokens do not expire
    auto limited = fault(429, "Too many requests");
    limited.headers.emplace_back("X-RateLimit-Limit", "300");
    limited.headers.emplace_back("X-RateLimit-Remaining", "0");
    limited.headers.emplace_back(
        "X-RateLimit-Reset", to_rfc3339(clock_.now() + std::chrono::minutes(1)));
    return limited;
}

net::Response PretendMastodon::instance() const {
    return json_response(
        200,
        {{"domain", "mastodon.sandbox"},
         {"version", honours_keys_ ? "4.3.1" : "2.7.2 (compatible; Sandbox 1.0)"},
         {"source_url", "https://github.com/mastodon/mastodon"},
         {"configuration",
          {{"statuses",
            {{"max_characters", text_limit_},
             {"max_media_attachments", 4},
             {"characters_reserved_per_url", 23}}},
           {"media_attachments",
            {{"image_size_limit", most_picture},
             {"image_matrix_limit", 33'177'600},
             {"video_size_limit", 103'809'024},
             {"video_frame_rate_limit", 120},
             {"description_limit", most_description}}}}}});
}

net::Response PretendMastodon::create(const net::Request& request) {
    const auto body = json::try_parse(request.body);
    if (!body)
        return fault(400, "Error occurred while parsing request parameters");
    const auto key = header_of(request, "Idempotency-Key");
    if (honours_keys_ && !key.empty()) {
        const auto at = keys_.find(key);
        const auto* made = at == keys_.end() ? nullptr : find(at->second.status);
        if (made != nullptr && clock_.now() - at->second.since < key_life)
            return json_response(200, render(*made));
    }
    Status status;
    status.text = stripped(json::text_or(*body, "status", ""));
    status.spoiler_text = stripped(json::text_or(*body, "spoiler_text", ""));
    status.in_reply_to_id = json::text_or(*body, "in_reply_to_id", "");
    status.visibility = json::text_or(*body, "visibility", "public");
    status.language = json::text_or(*body, "language", "");
    status.is_sensitive =
        json::truth(*body, "sensitive").value_or(false) || !status.spoiler_text.empty();
    if (const auto* ids = json::find(*body, "media_ids"); ids != nullptr) {
        for (const auto& id : *ids)
            status.attachments.push_back(id.is_string() ? id.get<std::string>() : "");
        if (auto refusal = refuse_attachments(status.attachments))
            return *std::move(refusal);
    }
    if (status.text.empty() && status.attachments.empty())
        return fault(422, "Validation failed: Text can't be blank");
    if (text::length(status.spoiler_text + status.text, text::Counting::mastodon) > text_limit_)
        return fault(
            422,
            "Validation failed: Text character limit of " + std::to_string(text_limit_) +
                " exceeded");
    if (!status.in_reply_to_id.empty() && find(status.in_reply_to_id) == nullptr)
        return fault(404, "Record not found");
    status.id = std::to_string(115'000'000'000'000'000 + static_cast<long>(made_++));
    status.created_at = clock_.now();
    for (const auto& id : status.attachments)
        attachments_.at(id).status = status.id;
    statuses_.push_back(status);
    if (!key.empty())
        keys_[key] = {status.id, clock_.now()};
    return json_response(200, render(status));
}

void PretendMastodon::work_slowly() {
    const std::scoped_lock lock(mutex());
    is_slow_ = true;
}

void PretendMastodon::take_speed(bool is_slow) {
    const std::scoped_lock lock(mutex());
    is_slow_ = is_slow;
}

std::vector<ShownPost> PretendMastodon::shown() const {
    const std::scoped_lock lock(mutex());
    std::vector<ShownPost> out;
    for (const auto& status : statuses_) {
        ShownPost one{
            status.id, "@sandbox", status.text, status.in_reply_to_id, "", {}, status.created_at};
        if (status.visibility != "public")
            one.note = status.visibility;
        if (!status.spoiler_text.empty())
            one.note += (one.note.empty() ? "" : ", ") + ("warning: " + status.spoiler_text);
        for (const auto& id : status.attachments) {
            const auto& attachment = attachments_.at(id);
            one.media.push_back({id, attachment.type, attachment.description});
        }
        out.push_back(std::move(one));
    }
    return out;
}

std::optional<ShownFile> PretendMastodon::file(const std::string& id) const {
    const auto found = attachment(id);
    return found ? std::optional(ShownFile{found->type, found->bytes}) : std::nullopt;
}

std::optional<PretendMastodon::Attachment> PretendMastodon::attachment(
    const std::string& id) const {
    const std::scoped_lock lock(mutex());
    const auto at = attachments_.find(id);
    return at == attachments_.end() ? std::nullopt : std::optional(at->second);
}

net::Response PretendMastodon::upload(const net::Request& request) {
    const auto form = read_form(request);
    if (!form)
        return fault(400, "Error occurred while parsing request parameters");
    const auto file = form->files.find("file");
    const auto words = form->fields.find("description");
    if (file == form->files.end() || file->second.bytes.empty())
        return fault(422, "Validation failed: File can't be blank");
    const auto& type = file->second.type;
    if (type != "image/jpeg" && type != "image/png" && type != "image/gif" &&
        type != "image/webp" && !type.starts_with("video/"))
        return fault(422, "Validation failed: File content type is invalid");
    if (static_cast<std::int64_t>(file->second.bytes.size()) > most_picture)
        return fault(413, "Request Entity Too Large");
    Attachment made;
    made.id = std::to_string(116'000'000'000'000'000 + static_cast<long>(attachments_.size()));
    made.type = type;
    made.bytes = file->second.bytes;
    if (words != form->fields.end())
        made.description = words->second;
    if (static_cast<std::int64_t>(text::graphemes(made.description)) > most_description)
        return fault(422, "Validation failed: Description character limit of 1500 exceeded");
    made.looks_left = is_slow_ ? 2 : 0;
    attachments_[made.id] = made;
    return json_response(made.looks_left > 0 ? 202 : 200, render(made));
}

net::Response PretendMastodon::look_at(const std::string& id) {
    const auto at = attachments_.find(id);
    if (at == attachments_.end() || !at->second.status.empty())
        return fault(404, "Record not found");
    if (at->second.looks_left > 0) {
        --at->second.looks_left;
        return json_response(206, render(at->second));
    }
    return json_response(200, render(at->second));
}

std::optional<net::Response> PretendMastodon::refuse_attachments(
    const std::vector<std::string>& ids) const {
    if (ids.size() > 4)
        return fault(422, "Cannot attach more than 4 files");
    for (const auto& id : ids) {
        const auto at = attachments_.find(id);
        if (at == attachments_.end() || !at->second.status.empty())
            return fault(422, "Media " + id + " not found or already attached to another post");
        if (at->second.looks_left > 0)
            return fault(
                422,
                "Cannot attach files that have not finished processing. Try again in a moment!");
        if (at->second.type.starts_with("video/") && ids.size() > 1)
            return fault(422, "Cannot attach a video to a post that already contains images");
    }
    return std::nullopt;
}

net::Response PretendMastodon::remove(std::string_view id) {
    const auto* status = find(id);
    if (status == nullptr)
        return fault(404, "Record not found");
    auto out = render(*status);
    out["text"] = status->text;
    std::erase_if(statuses_, [id](const Status& one) { return one.id == id; });
    return json_response(200, out);
}

Json PretendMastodon::render(const Attachment& attachment) const {
    const bool is_ready = attachment.looks_left == 0;
    return {
        {"id", attachment.id},
        {"type", attachment.type.substr(0, attachment.type.find('/'))},
        {"url", is_ready ? Json("https://mastodon.sandbox/media/" + attachment.id) : Json()},
        {"description", attachment.description.empty() ? Json() : Json(attachment.description)}};
}

net::Response PretendMastodon::list(const std::string& query) const {
    std::string since;
    std::size_t most = usually_listed;
    for (const auto& [name, value] : net::form_decode(query)) {
        if (name == "since_id")
            since = value;
        if (name == "limit")
            most = std::min(most_listed, static_cast<std::size_t>(std::atoi(value.c_str())));
    }
    auto out = Json::array();
    for (auto at = statuses_.rbegin(); at != statuses_.rend() && out.size() < most; ++at) {
        // Ids are equally long here.
        if (at->id > since)
            out.push_back(render(*at));
    }
    return json_response(200, out);
}

net::Response PretendMastodon::context(const Status& status) const {
    auto ancestors = Json::array();
    for (const auto* at = find(status.in_reply_to_id); at != nullptr; at = find(at->in_reply_to_id))
        ancestors.insert(ancestors.begin(), render(*at));
    auto descendants = Json::array();
    std::set<std::string> thread{status.id};
    for (const auto& other : statuses_) {
        if (thread.contains(other.in_reply_to_id)) {
            thread.insert(other.id);
            descendants.push_back(render(other));
        }
    }
    return json_response(
        200, {{"ancestors", std::move(ancestors)}, {"descendants", std::move(descendants)}});
}

net::Response PretendMastodon::show(std::string_view id, std::string_view what) const {
    const auto* status = find(id);
    if (status == nullptr || (!what.empty() && what != "/source" && what != "/context"))
        return fault(404, "Record not found");
    if (what.empty())
        return json_response(200, render(*status));
    if (what == "/context")
        return context(*status);
    return json_response(
        200, {{"id", status->id}, {"text", status->text}, {"spoiler_text", status->spoiler_text}});
}

Json PretendMastodon::render(const Status& status) const {
    Json out{
        {"id", status.id},
        {"url", "https://mastodon.sandbox/@sandbox/" + status.id},
        {"uri", "https://mastodon.sandbox/users/sandbox/statuses/" + status.id},
        {"created_at", to_rfc3339(status.created_at)},
        {"content", content_of(status.text)},
        {"visibility", status.visibility},
        {"spoiler_text", status.spoiler_text},
        {"sensitive", status.is_sensitive},
        {"language", status.language.empty() ? Json() : Json(status.language)},
        {"account", account()}};
    auto media = Json::array();
    for (const auto& id : status.attachments)
        media.push_back(render(attachments_.at(id)));
    out["media_attachments"] = std::move(media);
    out["reblogs_count"] = 0;
    out["replies_count"] = std::ranges::count(statuses_, status.id, &Status::in_reply_to_id);
    out["favourites_count"] = 1;  // everybody likes everything once here
    out["in_reply_to_id"] = status.in_reply_to_id.empty() ? Json() : Json(status.in_reply_to_id);
    return out;
}

const PretendMastodon::Status* PretendMastodon::find(std::string_view id) const {
    const auto at = std::ranges::find(statuses_, id, &Status::id);
    return at == statuses_.end() ? nullptr : &*at;
}

}  // namespace caas::sandbox
