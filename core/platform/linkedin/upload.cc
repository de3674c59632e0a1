#include "core/platform/linkedin/upload.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/linkedin/answer.h"
#include "core/platform/linkedin/call.h"
#include "core/platform/linkedin/limits.h"
#include "core/platform/medium_step.h"

namespace caas::platform::linkedin {
namespace {

constexpr std::string_view initialize_step = "initialize";
constexpr std::string_view send_step = "send";
constexpr std::string_view finalize_step = "finalize";
constexpr std::string_view ready_step = "ready";

// How long an address to upload to is used; LinkedIn says when it ends, which is later.
constexpr Milliseconds address_life = std::chrono::hours(1);
// A member's token may not ask how a picture is doing; they are ready within seconds.
constexpr Milliseconds grace = std::chrono::seconds(10);
constexpr Milliseconds longest_processing = std::chrono::hours(2);
// The engine allows a file the time that its size takes (core/flow/deliver_call.cc); silence ends
// it.
constexpr std::chrono::milliseconds send_timeout = std::chrono::hours(1);

Outcome refused(std::string_view word, std::string message) {
    return Refused{code_of(driver, word), std::move(message)};
}

Outcome unreadable() {
    return NotSent{
        code_of(driver, "unreadable_answer"), "LinkedIn's answer to an upload cannot be read"};
}

std::string_view kind_of(const Medium& medium) {
    return medium.is_video() ? "videos" : "images";
}

// The newest upload of a medium; nullptr when there is none.
const Entry* find_upload(const Journal& journal, std::size_t medium) {
    const auto name = numbered(initialize_step, medium);
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        if (at->step == name && at->state == StepState::done)
            return &*at;
    }
    return nullptr;
}

std::string urn_of_upload(const Entry& entry) {
    return json::text_or(cursor_of(entry), "upload", "");
}

Step initializing(const Medium& medium, std::size_t number, const Access& access) {
    Json body{{"owner", author_of(access)}};
    if (medium.is_video()) {
        body["fileSizeBytes"] = medium.size;
        body["uploadCaptions"] = false;
        body["uploadThumbnail"] = false;
    }
    return medium_step(
        initialize_step,
        number,
        0,
        {{"medium", number}, {"body", json::dump({{"initializeUploadRequest", body}})}});
}

// What one medium needs next.
std::optional<Step> next_of(
    const Medium& medium,
    std::size_t number,
    const Journal& journal,
    const Access& access,
    Instant now) {
    const auto* upload = find_upload(journal, number);
    if (upload == nullptr)
        return initializing(medium, number, access);
    const auto urn = urn_of_upload(*upload);
    const auto newest = [&](std::string_view step) {
        return find_newest_of(journal, numbered(step, number), 0, urn);
    };
    Json prepared{{"upload", urn}, {"medium", number}};
    const auto* send = newest(send_step);
    if (!is_done(send)) {
        if (now - upload->started_at > address_life)
            return initializing(medium, number, access);
        // Goes on where an earlier try stopped.
        if (send != nullptr)
            prepared["sent"] = cursor_of(*send);
        return medium_step(send_step, number, 0, prepared);
    }
    if (medium.is_video() && !is_done(newest(finalize_step)))
        return medium_step(finalize_step, number, 0, prepared);
    if (!is_done(newest(ready_step)))
        return medium_step(ready_step, number, 0, prepared);
    return std::nullopt;
}

Outcome initialize(
    const Medium& medium,
    const Json& prepared,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto path = "/rest/" + std::string(kind_of(medium)) + "?action=initializeUpload";
    const auto result = tools.http.send(post(path, access, json::text_or(prepared, "body", "")));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status < 200 || response.status >= 300)
        return read_harmless_refusal(response, journal, access, tools.clock.now());
    const auto body = json::try_parse(response.body);
    const auto* value = body ? json::find(*body, "value") : nullptr;
    if (value == nullptr)
        return unreadable();
    auto parts = Json::array();
    const auto* instructions = json::find(*value, "uploadInstructions");
    if (instructions != nullptr && instructions->is_array()) {
        for (const auto& one : *instructions)
            parts.push_back(
                {{"url", json::text_or(one, "uploadUrl", "")},
                 {"first", json::integer_or(one, "firstByte", 0)},
                 {"last", json::integer_or(one, "lastByte", -1)}});
    } else if (const auto url = json::text(*value, "uploadUrl")) {
        parts.push_back({{"url", *url}, {"first", 0}, {"last", medium.size - 1}});
    }
    const auto urn = json::text_or(*value, medium.is_video() ? "video" : "image", "");
    if (urn.empty() || parts.empty())
        return unreadable();
    return Done{
        "",
        "",
        json::dump(
            {{"upload", urn},
             {"token", json::text_or(*value, "uploadToken", "")},
             {"parts", std::move(parts)}})};
}

// The token goes to LinkedIn's own hosts only, whatever address an answer names.
bool is_trusted(const std::string& url, const Access& access) {
    const auto target = net::parse_url(url);
    const auto base = net::parse_url(access.base_url);
    if (!target || !base)
        return false;
    return target->origin() == base->origin() ||
           (target->is_secure() &&
            (target->host == "linkedin.com" || target->host.ends_with(".linkedin.com")));
}

Outcome send_part(
    const Medium& medium,
    const Json& instruction,
    const Journal& journal,
    Json sent,
    std::size_t count,
    const Access& access,
    const Tools& tools) {
    const auto first = json::integer_or(instruction, "first", 0);
    const auto last = std::min(json::integer_or(instruction, "last", -1), medium.size - 1);
    if (!medium.read || first < 0 || last < first)
        return refused("medium_missing", "A picture or video of the post is not there");
    const auto url = json::text_or(instruction, "url", "");
    const bool has_token = !medium.is_video() && is_trusted(url, access);
    auto request = ask("PUT", url, has_token ? access.credentials.access : Secret());
    request.headers.emplace_back("Content-Type", "application/octet-stream");
    const auto size = last - first + 1;
    request.source = net::BodySource{size, [&medium, first, size](auto offset, std::size_t most) {
                                         const auto left = static_cast<std::size_t>(size - offset);
                                         return medium.read(first + offset, std::min(most, left));
                                     }};
    request.total_timeout = send_timeout;
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status < 200 || response.status >= 300)
        return read_harmless_refusal(response, journal, access, tools.clock.now());
    const auto tag = response.header("ETag").value_or("");
    if (medium.is_video() && tag.empty())
        return unreadable();
    if (!sent.contains("tags"))
        sent["tags"] = Json::array();
    sent["tags"].push_back(tag);
    const bool is_whole = sent["tags"].size() >= count;
    auto cursor = json::dump(sent);
    if (is_whole)
        return Done{"", "", std::move(cursor)};
    return Continue{std::move(cursor)};
}

Outcome send(
    const Medium& medium,
    const Json& prepared,
    const Entry& upload,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    auto sent = cursor_of(journal.back());
    if (sent.empty()) {
        const auto* before = json::find(prepared, "sent");
        sent = before != nullptr ? *before : Json::object();
    }
    const auto* tags = json::find(sent, "tags");
    const auto number = tags != nullptr ? tags->size() : 0;
    const auto instructions = cursor_of(upload);
    const auto* parts = json::find(instructions, "parts");
    if (parts == nullptr || number >= parts->size())
        return refused("journal_damaged", "The journal does not say where to upload to");
    return send_part(
        medium, (*parts)[number], journal, std::move(sent), parts->size(), access, tools);
}

Outcome finalize(
    const Step& step,
    std::size_t number,
    const Entry& upload,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto urn = urn_of_upload(upload);
    const auto* sent = find_newest_of(journal, numbered(send_step, number), 0, urn);
    const auto cursor = sent != nullptr ? cursor_of(*sent) : Json::object();
    const auto* tags = json::find(cursor, "tags");
    const Json body{
        {"finalizeUploadRequest",
         {{"video", urn},
          {"uploadToken", json::text_or(cursor_of(upload), "token", "")},
          {"uploadedPartIds", tags != nullptr ? *tags : Json::array()}}}};
    const auto result =
        tools.http.send(post("/rest/videos?action=finalizeUpload", access, json::dump(body)));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status >= 200 && response.status < 300)
        return Done{"", "", ""};
    auto outcome = read_harmless_refusal(response, journal, access, tools.clock.now());
    // The try before may have finished it without our hearing of it: its status tells.
    const bool is_first = find_first_of(journal, step.name, 0, urn) == &journal.back();
    if (std::holds_alternative<Refused>(outcome) && !is_first)
        return Done{"", "", ""};
    return outcome;
}

Outcome wait_longer(const Step& step, const std::string& urn, const Journal& journal, Instant now) {
    const auto* first = find_first_of(journal, step.name, 0, urn);
    const auto waited = first != nullptr ? now - first->started_at : Milliseconds::zero();
    if (waited > longest_processing)
        return refused(
            "media_stuck", "LinkedIn has not processed a picture or video within two hours");
    constexpr std::int64_t first_wait_s = 2;
    return Later{
        now + processing_wait(waited, first_wait_s),
        "LinkedIn is still processing a picture or video"};
}

Outcome ask_ready(
    const Medium& medium,
    const Step& step,
    const std::string& urn,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto now = tools.clock.now();
    if (!medium.is_video() && !is_organization(access)) {
        const auto* first = find_first_of(journal, step.name, 0, urn);
        const auto until = (first != nullptr ? first->started_at : now) + grace;
        if (now < until)
            return Later{until, "LinkedIn gets a moment to process the picture"};
        return Done{"", "", ""};
    }
    const auto result = tools.http.send(
        call("GET", "/rest/" + std::string(kind_of(medium)) + "/" + encoded(urn), access));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status < 200 || response.status >= 300)
        return read_harmless_refusal(response, journal, access, now);
    const auto body = json::try_parse(response.body);
    const auto status = body ? json::text_or(*body, "status", "") : "";
    if (status.empty())
        return unreadable();
    if (status == "AVAILABLE")
        return Done{"", "", ""};
    if (status == "PROCESSING_FAILED")
        return refused("media_failed", "LinkedIn could not process a picture or video of the post");
    return wait_longer(step, urn, journal, now);
}

}  // namespace

std::optional<Outcome> fault_of_media(const Publication& publication) {
    constexpr std::array<std::string_view, 4> taken{
        "image/gif", "image/jpeg", "image/png", "video/mp4"};
    for (std::size_t i = 0; i < publication.parts.size(); ++i) {
        const auto& media = publication.parts[i].media;
        if (i > 0 && !media.empty())
            return refused(
                "media_in_comment", "The parts after the first are comments, which show no media");
        const bool has_video = std::ranges::any_of(media, &Medium::is_video);
        if ((has_video && media.size() > 1) || std::cmp_greater(media.size(), limits.media_limit))
            return refused("media_mix", "A post on LinkedIn has up to 20 pictures or one video");
        for (const auto& medium : media) {
            if (std::ranges::find(taken, medium.type) == taken.end())
                return refused(
                    "media_type", "LinkedIn takes no files of the type " + quote(medium.type));
        }
    }
    return std::nullopt;
}

std::optional<Step> next_upload(
    const Publication& publication, const Journal& journal, const Access& access, Instant now) {
    const auto& media = publication.parts.at(0).media;
    for (std::size_t i = 0; i < media.size(); ++i) {
        if (auto step = next_of(media[i], i, journal, access, now))
            return step;
    }
    return std::nullopt;
}

Outcome perform_upload(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto given = json::integer_or(prepared, "medium", -1);
    const auto& media = publication.parts.at(0).media;
    if (given < 0 || std::cmp_greater_equal(given, media.size()))
        return refused("journal_damaged", "The journal names no picture or video");
    const auto number = static_cast<std::size_t>(given);
    const auto& medium = media[number];
    if (is_numbered(step.name, initialize_step))
        return initialize(medium, prepared, journal, access, tools);
    const auto* upload = find_upload(journal, number);
    if (upload == nullptr)
        return refused("journal_damaged", "The journal names no upload");
    if (is_numbered(step.name, send_step))
        return send(medium, prepared, *upload, journal, access, tools);
    if (is_numbered(step.name, finalize_step))
        return finalize(step, number, *upload, journal, access, tools);
    return ask_ready(medium, step, urn_of_upload(*upload), journal, access, tools);
}

std::vector<std::string> uploaded(const Publication& publication, const Journal& journal) {
    std::vector<std::string> urns;
    const auto& media = publication.parts.at(0).media;
    for (std::size_t i = 0; i < media.size(); ++i) {
        const auto* upload = find_upload(journal, i);
        urns.push_back(upload != nullptr ? urn_of_upload(*upload) : "");
    }
    return urns;
}

}  // namespace caas::platform::linkedin
