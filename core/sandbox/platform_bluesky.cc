#include "core/sandbox/platform_bluesky.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/net/url.h"

namespace caas::sandbox {
namespace {

constexpr std::chrono::seconds access_life = std::chrono::hours(2);
constexpr std::chrono::seconds refresh_life = std::chrono::hours(24 * 90);
constexpr std::size_t most_body = 100'000'000;  // of bsky.social's servers

net::Response fault(int status, std::string_view name, std::string_view message) {
    return json_response(status, {{"error", name}, {"message", message}});
}

// A token that only this server reads: kind and session in clear, in the shape of a JWT.
std::string make_token(
    std::string_view kind, const std::string& handle, int session, Instant expires) {
    const Json claims{
        {"kind", kind}, {"sub", handle}, {"session", session}, {"exp", to_ms(expires) / 1000}};
    return to_base64url(R"({"alg":"none"})") + "." + to_base64url(json::dump(claims)) + ".x";
}

Json claims_of(const std::string& token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == token.npos || first == last)
        return Json::object();
    auto middle = token.substr(first + 1, last - first - 1);
    std::ranges::replace(middle, '-', '+');
    std::ranges::replace(middle, '_', '/');
    while (middle.size() % 4 != 0)
        middle += '=';
    const auto text = from_base64(middle);
    return text ? json::try_parse(*text).value_or(Json::object()) : Json::object();
}

}  // namespace

std::string PretendBluesky::uri_of(const Record& record) {
    return "at://" + record.repo + "/app.bsky.feed.post/" + record.rkey;
}

std::string PretendBluesky::add_account(const std::string& handle, const std::string& password) {
    const std::scoped_lock lock(mutex());
    auto did = "did:plc:" + sha256_hex(handle).substr(0, 24);
    people_[handle] = {did, password, 0};
    return did;
}

std::vector<PretendBluesky::Record> PretendBluesky::records() const {
    const std::scoped_lock lock(mutex());
    return records_;
}

net::Response PretendBluesky::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    constexpr std::string_view prefix = "/xrpc/";
    if (!url || !url->path.starts_with(prefix))
        return fault(404, "InvalidRequest", "No such path");
    const auto method = url->path.substr(prefix.size());
    const auto query = net::form_decode(url->query);
    const bool is_post = request.method == "POST";
    if (is_post && method == "com.atproto.server.createSession")
        return create_session(request);
    if (is_post && method == "com.atproto.server.refreshSession")
        return refresh_session(request);
    if (is_post && method == "com.atproto.repo.uploadBlob")
        return upload_blob(request);
    if (is_post && method == "com.atproto.repo.deleteRecord")
        return delete_record(request);
    if (!is_post && method == "app.bsky.feed.getPosts")
        return get_posts(request, query);
    if (is_post && method == "com.atproto.repo.putRecord")
        return put_record(request);
    if (is_post && method == "com.atproto.repo.createRecord")
        return create_record(request);
    if (is_post && method == "com.atproto.server.deleteSession")
        return {200, {}, ""};
    if (!is_post && method == "com.atproto.repo.listRecords")
        return list_records(query);
    if (!is_post && method == "com.atproto.server.getSession")
        return get_session(request);
    if (!is_post && method == "com.atproto.identity.resolveHandle")
        return resolve_handle(value_of(query, "handle"));
    if (!is_post && method == "com.atproto.repo.getRecord")
        return get_record(value_of(query, "repo"), value_of(query, "rkey"));
    return fault(501, "MethodNotImplemented", "Method Not Implemented");
}

std::optional<net::Response> PretendBluesky::refuse(PlatformFault kind) {
    if (kind == PlatformFault::expired_token)
        return fault(400, "ExpiredToken", "Token has expired");
    const auto reset = to_ms(clock_.now() + std::chrono::seconds(60)) / 1000;
    auto limited = fault(429, "RateLimitExceeded", "Rate Limit Exceeded");
    limited.headers.emplace_back("RateLimit-Limit", "30");
    limited.headers.emplace_back("RateLimit-Remaining", "0");
    limited.headers.emplace_back("RateLimit-Reset", std::to_string(reset));
    limited.headers.emplace_back("RateLimit-Policy", "30;w=300");
    return limited;
}

net::Response PretendBluesky::create_session(const net::Request& request) {
    const auto body = json::try_parse(request.body).value_or(Json::object());
    const auto at = people_.find(json::text_or(body, "identifier", ""));
    if (at == people_.end() || at->second.password != json::text_or(body, "password", ""))
        return fault(401, "AuthenticationRequired", "Invalid identifier or password");
    return open_session(at->first, at->second);
}

net::Response PretendBluesky::open_session(const std::string& handle, Person& person) const {
    ++person.session;
    const auto now = clock_.now();
    return json_response(
        200,
        {{"did", person.did},
         {"handle", handle},
         {"active", true},
         {"accessJwt", make_token("access", handle, person.session, now + access_life)},
         {"refreshJwt", make_token("refresh", handle, person.session, now + refresh_life)}});
}

net::Response PretendBluesky::refresh_session(const net::Request& request) {
    const auto handle = owner_of(bearer_of(request), "refresh");
    if (handle.empty())
        return fault(400, "ExpiredToken", "Token has been revoked");
    return open_session(handle, people_.at(handle));
}

net::Response PretendBluesky::get_session(const net::Request& request) {
    const auto handle = owner_of(bearer_of(request), "access");
    if (handle.empty())
        return fault(400, "ExpiredToken", "Token has expired");
    return json_response(
        200, {{"did", people_.at(handle).did}, {"handle", handle}, {"active", true}});
}

net::Response PretendBluesky::resolve_handle(const std::string& handle) const {
    const auto at = people_.find(handle);
    if (at == people_.end())
        return fault(400, "InvalidRequest", "Unable to resolve handle");
    return json_response(200, {{"did", at->second.did}});
}

net::Response PretendBluesky::upload_blob(const net::Request& request) {
    const auto token = bearer_of(request);
    if (token.empty())
        return fault(401, "AuthMissing", "Authentication Required");
    if (owner_of(token, "access").empty())
        return fault(400, "ExpiredToken", "Token has expired");
    const auto type = header_of(request, "Content-Type");
    if (type.empty() || request.body.empty())
        return fault(
            400, "InvalidRequest", "Request encoding (Content-Type) required but not provided");
    if (request.body.size() > most_body)
        return fault(413, "PayloadTooLarge", "request entity too large");
    const auto link = cid_of(CidKind::raw, request.body);
    const Json blob{
        {"$type", "blob"},
        {"ref", {{"$link", link}}},
        {"mimeType", type},
        {"size", request.body.size()}};
    blobs_[link] = blob;
    files_[link] = {type, request.body};
    return json_response(200, {{"blob", blob}});
}

net::Response PretendBluesky::delete_record(const net::Request& request) {
    const auto handle = owner_of(bearer_of(request), "access");
    if (handle.empty())
        return fault(400, "ExpiredToken", "Token has expired");
    const auto body = json::try_parse(request.body).value_or(Json::object());
    const auto repo = json::text_or(body, "repo", "");
    if (repo != people_.at(handle).did)
        return fault(403, "AccountNotFound", "Account not found");
    const auto gone = std::erase_if(records_, [&](const Record& record) {
        return record.repo == repo && record.rkey == json::text_or(body, "rkey", "");
    });
    // Again is no error.
    return json_response(
        200,
        gone == 0 ? Json::object()
                  : Json{
                        {"commit",
                         {{"cid", cid_of(CidKind::record, "gone")}, {"rev", "3l2z3h7xk2s2b"}}}});
}

void PretendBluesky::forget_blobs() {
    const std::scoped_lock lock(mutex());
    blobs_.clear();
}

net::Response PretendBluesky::get_record(const std::string& repo, const std::string& rkey) const {
    const auto* record = find(repo, rkey);
    if (record == nullptr)
        return fault(400, "RecordNotFound", "Could not locate record");
    return json_response(
        200, {{"uri", uri_of(*record)}, {"cid", record->cid}, {"value", record->record}});
}

std::string PretendBluesky::owner_of(const std::string& token, std::string_view kind) const {
    const auto claims = claims_of(token);
    const auto at = people_.find(json::text_or(claims, "sub", ""));
    const bool is_good = at != people_.end() && json::text_or(claims, "kind", "") == kind &&
                         json::integer_or(claims, "exp", 0) * 1000 > to_ms(clock_.now());
    return is_good ? at->first : "";
}

const PretendBluesky::Record* PretendBluesky::find(
    const std::string& repo, const std::string& rkey) const {
    const auto at = std::ranges::find_if(
        records_, [&](const Record& record) { return record.repo == repo && record.rkey == rkey; });
    return at == records_.end() ? nullptr : &*at;
}

}  // namespace caas::sandbox
