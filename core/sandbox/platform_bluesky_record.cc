// Writing and reading records at the pretend Bluesky.
#include <algorithm>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/sandbox/platform_bluesky.h"

namespace caas::sandbox {
namespace {

constexpr std::size_t longest_text = 3000;  // bytes, lexicon app.bsky.feed.post
constexpr std::size_t key_size = 13;        // of a TID
constexpr std::size_t usually_listed = 50;

net::Response fault(int status, std::string_view name, std::string_view message) {
    return json_response(status, {{"error", name}, {"message", message}});
}

// A TID (atproto.com/specs/tid): microseconds and a number, five bits a letter.
std::string make_key(Instant now, std::size_t number) {
    constexpr std::string_view letters = "234567abcdefghijklmnopqrstuvwxyz";
    auto value = (static_cast<std::uint64_t>(to_ms(now)) * 1000 + number % 1000) << 10U;
    std::string key(key_size, '2');
    for (auto at = key.rbegin(); at != key.rend(); ++at) {
        *at = letters[value & 31U];
        value >>= 5U;
    }
    return key;
}

}  // namespace

std::string cid_of(CidKind kind, std::string_view bytes) {
    // Version 1, the codec, SHA-256 of 32 bytes; in base 32 of RFC 4648, small letters, "b" before.
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
    std::string all{'\x01', kind == CidKind::raw ? '\x55' : '\x71', '\x12', '\x20'};
    all += sha256(bytes);
    std::string out = "b";
    unsigned held = 0;
    unsigned bits = 0;
    for (const char c : all) {
        held = (held << 8U | static_cast<unsigned char>(c)) & 0xffffU;
        for (bits += 8; bits >= 5; bits -= 5)
            out += letters[held >> (bits - 5) & 31U];
    }
    if (bits > 0)
        out += letters[held << (5 - bits) & 31U];
    return out;
}

std::optional<net::Response> PretendBluesky::refuse_writer(
    const net::Request& request, const Json& body) const {
    const auto token = bearer_of(request);
    if (token.empty())
        return fault(401, "AuthMissing", "Authentication Required");
    const auto handle = owner_of(token, "access");
    if (handle.empty())
        return fault(400, "ExpiredToken", "Token has expired");
    if (json::text_or(body, "repo", "") != people_.at(handle).did)
        return fault(403, "AccountNotFound", "Account not found");
    return std::nullopt;
}

std::optional<net::Response> PretendBluesky::refuse_record(const Json* record) const {
    const auto text = record != nullptr ? json::text(*record, "text") : std::nullopt;
    if (!text || !json::text(*record, "createdAt"))
        return fault(400, "InvalidRequest", "Missing required key");
    if (text->size() > longest_text)
        return fault(400, "InvalidRequest", "string too big (maximum 3000)");
    return refuse_embed(*record);
}

std::variant<PretendBluesky::Record, net::Response> PretendBluesky::read_record(
    const net::Request& request) const {
    const auto body = json::try_parse(request.body);
    if (!body)
        return fault(400, "SyntaxError", "Unexpected token in JSON");
    if (auto refusal = refuse_writer(request, *body))
        return *std::move(refusal);
    const auto* record = json::find(*body, "record");
    if (auto refusal = refuse_record(record))
        return *std::move(refusal);
    Record made;
    made.repo = json::text_or(*body, "repo", "");
    made.rkey = json::text_or(*body, "rkey", "");
    made.record = *record;
    made.cid = cid_of(CidKind::record, json::dump(*record));
    return made;
}

net::Response PretendBluesky::put_record(const net::Request& request) {
    auto read = read_record(request);
    if (auto* refusal = std::get_if<net::Response>(&read))
        return std::move(*refusal);
    auto& made = std::get<Record>(read);
    if (made.rkey.size() != key_size)
        return fault(400, "InvalidRequest", "Missing required key");
    if (const auto* there = find(made.repo, made.rkey)) {
        if (there->cid != made.cid)
            return fault(400, "InvalidSwap", "Record was at " + there->cid);
        return json_response(200, {{"uri", uri_of(*there)}, {"cid", there->cid}});
    }
    return keep(std::move(made));
}

net::Response PretendBluesky::create_record(const net::Request& request) {
    auto read = read_record(request);
    if (auto* refusal = std::get_if<net::Response>(&read))
        return std::move(*refusal);
    auto& made = std::get<Record>(read);
    if (made.rkey.empty())
        made.rkey = make_key(clock_.now(), records_.size());
    if (find(made.repo, made.rkey) != nullptr)
        return fault(500, "InternalServerError", "Internal Server Error");
    return keep(std::move(made));
}

net::Response PretendBluesky::keep(Record made) {
    made.made_at = clock_.now();
    records_.push_back(made);
    return json_response(
        200,
        {{"uri", uri_of(made)},
         {"cid", made.cid},
         {"commit", {{"cid", made.cid}, {"rev", made.rkey}}},
         {"validationStatus", "valid"}});
}

net::Response PretendBluesky::list_records(const net::Pairs& query) const {
    const auto limit = value_of(query, "limit");
    const auto most =
        limit.empty() ? usually_listed : static_cast<std::size_t>(std::atoi(limit.c_str()));
    auto out = Json::array();
    for (auto at = records_.rbegin(); at != records_.rend() && out.size() < most; ++at) {
        if (at->repo == value_of(query, "repo"))
            out.push_back({{"uri", uri_of(*at)}, {"cid", at->cid}, {"value", at->record}});
    }
    return json_response(200, {{"records", std::move(out)}});
}

net::Response PretendBluesky::get_posts(const net::Request& request, const net::Pairs& query) {
    if (owner_of(bearer_of(request), "access").empty())
        return fault(400, "ExpiredToken", "Token has expired");
    auto posts = Json::array();
    for (const auto& record : records_) {
        const auto uri = uri_of(record);
        const bool is_asked = std::ranges::any_of(query, [&](const auto& pair) {
            return (pair.first == "uris" || pair.first == "uris[]") && pair.second == uri;
        });
        if (!is_asked)
            continue;
        std::string handle;
        for (const auto& [name, person] : people_) {
            if (person.did == record.repo)
                handle = name;
        }
        // Everybody likes everything once here.
        posts.push_back(
            {{"uri", uri},
             {"cid", record.cid},
             {"author", {{"did", record.repo}, {"handle", handle}}},
             {"record", record.record},
             {"indexedAt", json::text_or(record.record, "createdAt", "")},
             {"likeCount", 1},
             {"repostCount", 0},
             {"replyCount", 0},
             {"quoteCount", 0}});
    }
    return json_response(200, {{"posts", std::move(posts)}});
}

}  // namespace caas::sandbox
