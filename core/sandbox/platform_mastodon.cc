#include "core/sandbox/platform_mastodon.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/text/length.h"

namespace caas::sandbox {
namespace {

constexpr std::chrono::seconds key_life = std::chrono::hours(1);
constexpr std::string_view account_id = "109000000000000001";
constexpr std::size_t most_listed = 40;

net::Response fault(int status, std::string_view error) {
    return json_response(status, {{"error", error}});
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
    if (bearer_of(request) != token_)
        return fault(401, "The access token is invalid");
    if (path == "/api/v1/accounts/verify_credentials")
        return json_response(
            200,
            {{"id", account_id},
             {"username", "sandbox"},
             {"acct", "sandbox"},
             {"url", "https://mastodon.sandbox/@sandbox"}});
    if (request.method == "POST" && path == "/api/v1/statuses")
        return create(request);
    if (path == "/api/v1/accounts/" + std::string(account_id) + "/statuses")
        return list();
    constexpr std::string_view prefix = "/api/v1/statuses/";
    constexpr std::string_view source = "/source";
    if (path.starts_with(prefix)) {
        const bool is_source = path.ends_with(source);
        auto id = path.substr(prefix.size());
        if (is_source)
            id.resize(id.size() - source.size());
        return show(id, is_source);
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
             {"characters_reserved_per_url", 23}}}}}});
}

net::Response PretendMastodon::create(const net::Request& request) {
    const auto body = json::try_parse(request.body);
    if (!body)
        return fault(400, "Error occurred while parsing request parameters");
    const auto key = header_of(request, "Idempotency-Key");
    if (honours_keys_ && !key.empty()) {
        const auto at = keys_.find(key);
        if (at != keys_.end() && clock_.now() - at->second.since < key_life)
            return json_response(200, render(*find(at->second.status)));
    }
    Status status;
    status.text = stripped(json::text_or(*body, "status", ""));
    status.spoiler_text = stripped(json::text_or(*body, "spoiler_text", ""));
    status.in_reply_to_id = json::text_or(*body, "in_reply_to_id", "");
    status.visibility = json::text_or(*body, "visibility", "public");
    if (status.text.empty())
        return fault(422, "Validation failed: Text can't be blank");
    if (text::length(status.spoiler_text + status.text, text::Counting::mastodon) > text_limit_)
        return fault(
            422,
            "Validation failed: Text character limit of " + std::to_string(text_limit_) +
                " exceeded");
    if (!status.in_reply_to_id.empty() && find(status.in_reply_to_id) == nullptr)
        return fault(404, "Record not found");
    status.id = std::to_string(115'000'000'000'000'000 + static_cast<long>(statuses_.size()));
    status.created_at = clock_.now();
    statuses_.push_back(status);
    if (!key.empty())
        keys_[key] = {status.id, clock_.now()};
    return json_response(200, render(status));
}

net::Response PretendMastodon::list() const {
    auto out = Json::array();
    for (auto at = statuses_.rbegin(); at != statuses_.rend() && out.size() < most_listed; ++at)
        out.push_back(render(*at));
    return json_response(200, out);
}

net::Response PretendMastodon::show(std::string_view id, bool is_source) const {
    const auto* status = find(id);
    if (status == nullptr)
        return fault(404, "Record not found");
    if (!is_source)
        return json_response(200, render(*status));
    return json_response(
        200, {{"id", status->id}, {"text", status->text}, {"spoiler_text", status->spoiler_text}});
}

Json PretendMastodon::render(const Status& status) const {
    Json out{
        {"id", status.id},
        {"url", "https://mastodon.sandbox/@sandbox/" + status.id},
        {"uri", "https://mastodon.sandbox/users/sandbox/statuses/" + status.id},
        {"created_at", to_rfc3339(status.created_at)},
        {"content", "<p>" + status.text + "</p>"},
        {"visibility", status.visibility}};
    out["in_reply_to_id"] = status.in_reply_to_id.empty() ? Json() : Json(status.in_reply_to_id);
    return out;
}

const PretendMastodon::Status* PretendMastodon::find(std::string_view id) const {
    const auto at = std::ranges::find(statuses_, id, &Status::id);
    return at == statuses_.end() ? nullptr : &*at;
}

}  // namespace caas::sandbox
