#include "core/sandbox/platform_meta.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"

namespace caas::sandbox {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view renewal_path = "refresh_access_token";
constexpr int token_life_s = 5'184'000;

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        if (end > 0)
            segments.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return segments;
}

bool is_version(std::string_view segment) {
    return segment.size() > 2 && segment.front() == 'v' && segment.find('.') != segment.npos;
}

}  // namespace

void PretendMeta::set_token(const std::string& token) {
    const std::scoped_lock lock(mutex());
    token_ = token;
}

void PretendMeta::set_fetch(Fetch fetch) {
    const std::scoped_lock lock(mutex());
    fetch_ = std::move(fetch);
}

bool PretendMeta::fetch(const std::string& url) {
    if (!fetch_ || files_.contains(url))
        return true;
    auto file = fetch_(url);
    if (file)
        files_[url] = *std::move(file);
    return file.has_value();
}

void PretendMeta::keep_file(const std::string& id, ShownFile file) {
    files_[id] = std::move(file);
}

ShownMedium PretendMeta::medium(const std::string& id, const std::string& alt) const {
    const auto at = files_.find(id);
    return {id, at == files_.end() ? "" : at->second.type, alt};
}

std::optional<ShownFile> PretendMeta::file(const std::string& id) const {
    const std::scoped_lock lock(mutex());
    const auto at = files_.find(id);
    return at == files_.end() ? std::nullopt : std::optional(at->second);
}

net::Response PretendMeta::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    auto path = segments_of(url ? url->path : "");
    // Whatever stands before the version is of the base URL.
    const auto at = std::ranges::find_if(path, is_version);
    // As the real one says of those whose time is over.
    if (at != path.end() && at->size() == version_.size() && *at < version_)
        return meta_fault(
            400, 2635, 0, "You are calling a deprecated version of the API. Please update");
    // Tokens are renewed without one.
    const bool is_renewal = at == path.end() && !path.empty() && path.back() == renewal_path;
    if (!is_renewal && (at == path.end() || *at != version_))
        return meta_fault(400, 2500, 0, "Unknown path components");
    path.erase(path.begin(), is_renewal ? path.end() - 1 : at + 1);
    Call call{request.method, std::move(path), {}, request};
    for (const auto& [name, value] : net::form_decode(url->query))
        call.fields[name] = value;
    if (call.fields.contains("access_token") && (call.path.empty() || call.path[0] != renewal_path))
        return meta_fault(400, 100, 0, "The sandbox wants tokens in a header only");
    if (header_of(request, "Content-Type").starts_with(form_type)) {
        for (const auto& [name, value] : net::form_decode(request.body))
            call.fields[name] = value;
    }
    const auto token =
        call.fields.contains("access_token") ? call.fields["access_token"] : bearer_of(request);
    if (token.empty())
        return meta_fault(401, 104, 0, "An access token is required");
    if (token != token_ && !is_admitted(token))
        return meta_fault(401, 190, 467, "Invalid OAuth access token");
    return answer(call);
}

std::optional<net::Response> PretendMeta::refuse(PlatformFault kind) {
    if (kind == PlatformFault::expired_token)
        return meta_fault(401, 190, 463, "Error validating access token: Session has expired");
    auto limited = meta_fault(403, 4, 0, "Application request limit reached");
    limited.headers.emplace_back(
        "X-Business-Use-Case-Usage",
        R"({"17841400000000001":[{"type":"sandbox","call_count":100,"total_cputime":20,)"
        R"("total_time":30,"estimated_time_to_regain_access":1}]})");
    return limited;
}

std::string PretendMeta::make_id() {
    return std::to_string(++ids_);
}

std::optional<net::Response> PretendMeta::answer_account(const Call& call) {
    if (call.method != "GET" || call.path.size() != 1)
        return std::nullopt;
    if (call.path[0] == "me" || call.path[0] == user_id)
        return json_response(
            200,
            {{"id", user_id}, {"user_id", user_id}, {"username", user_name}, {"name", "Sandbox"}});
    if (call.path[0] != renewal_path)
        return std::nullopt;
    // The old token stays good until its end.
    return json_response(
        200, {{"access_token", token_}, {"token_type", "bearer"}, {"expires_in", token_life_s}});
}

net::Response meta_fault(int status, int code, int subcode, std::string_view message) {
    Json error{
        {"message", message}, {"type", "OAuthException"}, {"code", code}, {"fbtrace_id", "A0"}};
    if (subcode != 0)
        error["error_subcode"] = subcode;
    return json_response(status, {{"error", std::move(error)}});
}

net::Response unknown_object() {
    return meta_fault(
        400, 100, 33, "Unsupported request. Object does not exist or permissions are missing");
}

std::string meta_time(Instant instant) {
    return to_rfc3339(instant).substr(0, 19) + "+0000";
}

Json only(const Json& object, std::string_view fields) {
    Json out{{"id", object.at("id")}};
    int depth = 0;
    std::string name;
    const auto take = [&] {
        const auto plain = name.substr(0, name.find_first_of("{.("));
        if (object.contains(plain))
            out[plain] = object.at(plain);
        name.clear();
    };
    for (const char c : fields) {
        depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
        if (c == ',' && depth == 0)
            take();
        else
            name += c;
    }
    take();
    return out;
}

bool is_fetchable(const std::string& url) {
    return net::parse_url(url).has_value();
}

}  // namespace caas::sandbox
