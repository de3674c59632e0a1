// The media half of the pretend X: uploads in chunks, as docs.x.com tells it.
#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/net/url.h"
#include "core/sandbox/platform_x.h"

namespace caas::sandbox {
namespace {

constexpr std::string_view uploads = "/2/media/upload";
constexpr Milliseconds life = std::chrono::hours(24);
constexpr int most_segments = 1000;
constexpr std::int64_t most_image = 5LL << 20;
constexpr std::int64_t most_gif = 15LL << 20;
constexpr std::int64_t most_video = 512LL << 20;

net::Response invalid(std::string_view detail) {
    return x_problem(400, "invalid-request", "Invalid Request", detail);
}

net::Response unknown_media() {
    return x_problem(404, "resource-not-found", "Not Found Error", "There is no such media id.");
}

std::int64_t most_bytes(std::string_view category) {
    if (category == "tweet_image")
        return most_image;
    if (category == "tweet_gif")
        return most_gif;
    return category == "tweet_video" ? most_video : 0;
}

bool is_of(std::string_view category, std::string_view type) {
    if (category == "tweet_video")
        return type.starts_with("video/");
    if (category == "tweet_gif")
        return type == "image/gif";
    return type == "image/jpeg" || type == "image/png" || type == "image/webp" ||
           type == "image/gif";
}

// The value of a field of multipart/form-data; nullopt when there is none of that name.
std::optional<std::string> field_of(
    const std::string& body, const std::string& type, const std::string& name) {
    const auto at = type.find("boundary=");
    if (at == type.npos)
        return std::nullopt;
    auto boundary = type.substr(at + 9);
    std::erase(boundary, '"');
    const auto delimiter = "--" + boundary;
    auto begin = body.find(delimiter);
    while (begin != body.npos) {
        begin += delimiter.size();
        const auto head_end = body.find("\r\n\r\n", begin);
        const auto end = body.find("\r\n" + delimiter, begin);
        if (head_end == body.npos || end == body.npos || head_end > end)
            return std::nullopt;
        const auto head = body.substr(begin, head_end - begin);
        if (head.find("name=\"" + name + "\"") != head.npos)
            return body.substr(head_end + 4, end - head_end - 4);
        begin = body.find(delimiter, end);
    }
    return std::nullopt;
}

std::optional<int> number_of(const std::optional<std::string>& text) {
    int value = 0;
    if (!text)
        return std::nullopt;
    const auto* end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string PretendX::Medium::bytes() const {
    std::string out;
    for (const auto& [index, piece] : segments)
        out += piece;
    return out;
}

std::map<std::string, PretendX::Medium> PretendX::media() const {
    const std::scoped_lock lock(mutex());
    return media_;
}

net::Response PretendX::work_on_media(const net::Request& request, const std::string& path) {
    if (request.method == "GET" && path == uploads)
        return status(net::parse_url(request.url)->query);
    if (request.method != "POST")
        return x_problem(404, "", "Not Found", "Not Found");
    if (path == "/2/media/metadata")
        return describe(request);
    if (path == std::string(uploads) + "/initialize")
        return initialize(request);
    if (!path.starts_with(std::string(uploads) + "/"))
        return x_problem(404, "", "Not Found", "Not Found");
    const auto rest = path.substr(uploads.size() + 1);
    const auto slash = rest.find('/');
    const auto id = rest.substr(0, slash);
    const auto verb = slash == rest.npos ? "" : rest.substr(slash + 1);
    if (verb == "append")
        return append(request, id);
    if (verb == "finalize")
        return finalize(id);
    return x_problem(404, "", "Not Found", "Not Found");
}

net::Response PretendX::initialize(const net::Request& request) {
    constexpr std::array<std::string_view, 5> known{
        "additional_owners", "media_category", "media_type", "shared", "total_bytes"};
    const auto body = json::try_parse(request.body);
    if (!body || !body->is_object())
        return invalid("Request body is not valid JSON");
    for (const auto& [name, value] : body->items()) {
        if (std::ranges::find(known, name) == known.end())
            return invalid("$." + name + ": is not defined in the schema");
    }
    Medium medium;
    medium.type = json::text_or(*body, "media_type", "");
    medium.category = json::text_or(*body, "media_category", "");
    medium.total = json::integer_or(*body, "total_bytes", 0);
    medium.made_at = clock_.now();
    if (medium.total <= 0 || medium.total > most_bytes(medium.category))
        return invalid("File size exceeds the limit of its category.");
    if (!is_of(medium.category, medium.type))
        return invalid("The media type does not fit its category.");
    const auto id =
        std::to_string(1'881'000'000'000'000'000 + static_cast<std::int64_t>(media_.size()));
    media_[id] = std::move(medium);
    return json_response(200, {{"data", media_data(id, media_[id])}});
}

net::Response PretendX::append(const net::Request& request, const std::string& id) {
    const auto at = media_.find(id);
    if (at == media_.end() || clock_.now() - at->second.made_at > life)
        return unknown_media();
    if (at->second.is_finalized)
        return invalid("The upload is finalized already.");
    const auto type = header_of(request, "Content-Type");
    std::optional<std::string> bytes;
    std::optional<int> index;
    if (type.starts_with("multipart/form-data")) {
        bytes = field_of(request.body, type, "media");
        index = number_of(field_of(request.body, type, "segment_index"));
    } else if (const auto body = json::try_parse(request.body)) {
        bytes = from_base64(json::text_or(*body, "media", "?"));
        const auto number = json::integer_or(*body, "segment_index", -1);
        index = number_of(json::text_or(*body, "segment_index", std::to_string(number)));
    }
    if (!bytes || bytes->empty() || !index || *index < 0 || *index >= most_segments)
        return invalid("An append needs media and a segment_index of 0 to 999.");
    at->second.segments[*index] = *std::move(bytes);
    const auto expires = to_ms(at->second.made_at + life) / 1000;
    return json_response(200, {{"data", {{"expires_at", expires}}}});
}

net::Response PretendX::finalize(const std::string& id) {
    const auto at = media_.find(id);
    if (at == media_.end() || clock_.now() - at->second.made_at > life)
        return unknown_media();
    auto& medium = at->second;
    if (medium.is_finalized)
        return invalid("The upload is finalized already.");
    std::int64_t size = 0;
    int expected = 0;
    for (const auto& [index, piece] : medium.segments) {
        if (index != expected++)
            return invalid("Segments do not add up to provided total file size.");
        size += static_cast<std::int64_t>(piece.size());
    }
    if (size != medium.total)
        return invalid("Segments do not add up to provided total file size.");
    medium.is_finalized = true;
    medium.finalized_at = clock_.now();
    return json_response(200, {{"data", media_data(id, medium)}});
}

net::Response PretendX::status(const std::string& query) const {
    const auto pairs = net::form_decode(query);
    const auto value = [&](std::string_view name) {
        const auto at = std::ranges::find(pairs, name, &net::Pairs::value_type::first);
        return at == pairs.end() ? std::string() : at->second;
    };
    const auto id = value("media_id");
    const auto at = media_.find(id);
    if (value("command") != "STATUS" || at == media_.end())
        return unknown_media();
    return json_response(200, {{"data", media_data(id, at->second)}});
}

net::Response PretendX::describe(const net::Request& request) {
    constexpr std::size_t most = 1000;
    const auto body = json::try_parse(request.body);
    const auto id = body ? json::text_or(*body, "id", "") : "";
    const auto at = media_.find(id);
    if (at == media_.end())
        return unknown_media();
    const auto* alt = json::path(*body, {"metadata", "alt_text"});
    const auto text = alt != nullptr ? json::text_or(*alt, "text", "") : "";
    if (text.empty() || text.size() > most * 4)
        return invalid("The alternative text is missing or longer than 1000 characters.");
    at->second.alt = text;
    return json_response(
        200, {{"data", {{"id", id}, {"associated_metadata", {{"alt_text", {{"text", text}}}}}}}});
}

Json PretendX::media_data(const std::string& id, const Medium& medium) const {
    Json out{{"id", id}, {"media_key", "3_" + id}, {"expires_after_secs", 86400}};
    if (!medium.is_finalized)
        return out;
    out["size"] = medium.total;
    if (medium.category == "tweet_image")
        return out;
    const auto state = state_of(medium);
    Json info{{"state", state}};
    if (state == "failed")
        info["error"] = {
            {"code", 1}, {"name", "InvalidMedia"}, {"message", "The video cannot be decoded"}};
    else
        info["progress_percent"] = state == "succeeded" ? 100 : 50;
    if (state == "pending" || state == "in_progress")
        info["check_after_secs"] = 1;
    out["processing_info"] = std::move(info);
    return out;
}

std::string PretendX::state_of(const Medium& medium) const {
    if (!medium.is_finalized)
        return "";
    if (medium.category == "tweet_image")
        return "succeeded";
    const auto waited = clock_.now() - medium.finalized_at;
    if (waited < std::chrono::seconds(1) && processing_ > Milliseconds::zero())
        return "pending";
    if (waited < processing_)
        return "in_progress";
    return processing_fails_ ? "failed" : "succeeded";
}

}  // namespace caas::sandbox
