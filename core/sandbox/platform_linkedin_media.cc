// The media half of the pretend LinkedIn: addresses to put pictures and parts of videos to.
#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/net/url.h"
#include "core/sandbox/platform_linkedin.h"

namespace caas::sandbox {
namespace {

constexpr std::int64_t part_size = 4LL << 20;
constexpr std::string_view real_origin = "https://www.linkedin.com";

std::string part_id(std::string_view bytes) {
    return "/ambry-video/" + sha256_hex(bytes).substr(0, 24);
}

net::Response denied() {
    return json_response(
        403,
        {{"status", 403},
         {"serviceErrorCode", 100},
         {"message", "Not enough permissions to access: GET /images"}});
}

}  // namespace

void PretendLinkedin::set_processing(Milliseconds duration) {
    const std::scoped_lock lock(mutex());
    processing_ = duration;
}

std::map<std::string, PretendLinkedin::Medium> PretendLinkedin::media() const {
    const std::scoped_lock lock(mutex());
    return media_;
}

net::Response PretendLinkedin::work_on_media(
    const net::Request& request,
    const std::string& kind,
    const std::string& rest,
    const std::string& author) {
    const bool is_video = kind == "videos";
    if (request.method == "GET")
        return status(net::percent_decode(rest).value_or(""), is_video, author);
    const auto query = net::parse_url(request.url)->query;
    if (query == "action=initializeUpload")
        return initialize(request, is_video, author);
    if (query == "action=finalizeUpload" && is_video)
        return finalize(request);
    return linkedin_fault(404, "RESOURCE_NOT_FOUND", "No such action");
}

net::Response PretendLinkedin::initialize(
    const net::Request& request, bool is_video, const std::string& author) {
    const auto body = json::try_parse(request.body);
    const auto* wanted = body ? json::find(*body, "initializeUploadRequest") : nullptr;
    if (wanted == nullptr || body->size() != 1 || json::text_or(*wanted, "owner", "") != author)
        return linkedin_fault(400, "ILLEGAL_ARGUMENT", "owner is missing or somebody else");
    Medium medium;
    medium.owner = author;
    medium.is_video = is_video;
    medium.total = json::integer_or(*wanted, "fileSizeBytes", 0);
    if (is_video && (medium.total <= 0 || !json::truth(*wanted, "uploadCaptions") ||
                     !json::truth(*wanted, "uploadThumbnail")))
        return linkedin_fault(400, "ILLEGAL_ARGUMENT", "fileSizeBytes and the flags are required");
    if (!is_video && wanted->size() != 1)
        return linkedin_fault(400, "ILLEGAL_ARGUMENT", "an image has an owner only");
    const auto number = std::to_string(media_.size());
    const auto urn = std::string("urn:li:") + (is_video ? "video" : "image") + ":C4E10" + number;
    const auto address = (origin().empty() ? std::string(real_origin) : origin()) +
                         "/dms-uploads/C4E10" + number + "/";
    const auto expires = to_ms(clock_.now() + std::chrono::hours(24));
    Json value{{"uploadUrlExpiresAt", expires}};
    if (is_video) {
        auto instructions = Json::array();
        for (std::int64_t first = 0; first < medium.total; first += part_size) {
            instructions.push_back(
                {{"firstByte", first},
                 {"lastByte", std::min(first + part_size, medium.total) - 1},
                 {"uploadUrl", address + std::to_string(instructions.size())}});
        }
        medium.pieces.resize(instructions.size());
        value["video"] = urn;
        value["uploadToken"] = "token-" + number;
        value["uploadInstructions"] = std::move(instructions);
    } else {
        medium.pieces.resize(1);
        value["image"] = urn;
        value["uploadUrl"] = address + "0";
    }
    media_[urn] = std::move(medium);
    return json_response(200, {{"value", std::move(value)}});
}

net::Response PretendLinkedin::put(const net::Request& request, const std::string& rest) {
    const auto slash = rest.find('/');
    const auto name = rest.substr(0, slash);
    std::size_t number = 0;
    if (slash != rest.npos)
        std::from_chars(rest.data() + slash + 1, rest.data() + rest.size(), number);
    for (auto& [urn, medium] : media_) {
        if (!urn.ends_with(":" + name) || number >= medium.pieces.size())
            continue;
        // A picture's address wants to know who comes; a video's is signed.
        if (!medium.is_video && !author_of(request))
            return {401, {}, ""};
        if (request.method != "PUT" || request.body.empty())
            return {400, {}, ""};
        medium.pieces[number] = request.body;
        if (medium.is_video)
            return {200, {{"ETag", part_id(request.body)}}, ""};
        if (!std::exchange(medium.is_finalized, true))
            medium.arrived_at = clock_.now();
        return {201, {}, ""};
    }
    return {404, {}, ""};
}

net::Response PretendLinkedin::finalize(const net::Request& request) {
    const auto body = json::try_parse(request.body);
    const auto* wanted = body ? json::find(*body, "finalizeUploadRequest") : nullptr;
    const auto urn = wanted != nullptr ? json::text_or(*wanted, "video", "") : "";
    const auto at = media_.find(urn);
    if (at == media_.end())
        return linkedin_fault(404, "NOT_FOUND", "No such video");
    auto& medium = at->second;
    auto parts = Json::array();
    std::int64_t size = 0;
    for (const auto& piece : medium.pieces) {
        parts.push_back(part_id(piece));
        size += static_cast<std::int64_t>(piece.size());
    }
    const auto* given = json::find(*wanted, "uploadedPartIds");
    const auto token = "token-" + urn.substr(std::string("urn:li:video:C4E10").size());
    if (medium.is_finalized || size != medium.total || given == nullptr || *given != parts ||
        json::text_or(*wanted, "uploadToken", "") != token)
        return linkedin_fault(400, "ILLEGAL_ARGUMENT", "The parts do not make up the video");
    medium.is_finalized = true;
    medium.arrived_at = clock_.now();
    return {200, {}, ""};
}

net::Response PretendLinkedin::status(
    const std::string& urn, bool is_video, const std::string& author) const {
    if (!is_video && !is_organization(author))
        return denied();
    const auto at = media_.find(urn);
    if (at == media_.end() || at->second.is_video != is_video)
        return linkedin_fault(404, "NOT_FOUND", "No such asset");
    return json_response(
        200, {{"id", urn}, {"owner", at->second.owner}, {"status", state_of(at->second)}});
}

std::string PretendLinkedin::state_of(const Medium& medium) const {
    if (!medium.is_finalized)
        return "WAITING_UPLOAD";
    return clock_.now() - medium.arrived_at < processing_ ? "PROCESSING" : "AVAILABLE";
}

}  // namespace caas::sandbox
