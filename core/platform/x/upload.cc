#include "core/platform/x/upload.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/medium_step.h"
#include "core/platform/x/answer.h"
#include "core/platform/x/limits.h"
#include "core/text/shorten.h"

namespace caas::platform::x {
namespace {

constexpr std::string_view initialize_step = "initialize";
constexpr std::string_view append_step = "append";
constexpr std::string_view finalize_step = "finalize";
constexpr std::string_view status_step = "status";
constexpr std::string_view describe_step = "describe";

// What both maintained clients send; segments are numbered 0 to 999 (docs.x.com, chunked upload).
constexpr std::int64_t chunk_size = 1LL << 20;
// X keeps an upload for 86,400 s; an hour is left for the posts themselves.
constexpr Milliseconds upload_life = std::chrono::hours(23);
// Videos of two minutes take minutes.
constexpr Milliseconds longest_processing = std::chrono::hours(2);
constexpr std::int64_t alt_limit = 1000;  // characters (docs.x.com, media metadata)

bool is_gif(const Medium& medium) {
    return medium.type == "image/gif";
}

std::string_view category_of(const Medium& medium) {
    if (medium.is_video())
        return "tweet_video";
    return is_gif(medium) ? "tweet_gif" : "tweet_image";
}

Outcome refused(std::string_view word, std::string message) {
    return Refused{code_of(driver, word), std::move(message)};
}

// The newest upload of a medium that X still keeps; empty when there is none.
std::string find_upload(const Journal& journal, int part, std::size_t medium, Instant now) {
    const auto name = numbered(initialize_step, medium);
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        if (at->step != name || at->part != part || at->state != StepState::done)
            continue;
        return now - at->started_at < upload_life ? json::text_or(cursor_of(*at), "upload", "")
                                                  : "";
    }
    return "";
}

std::string initial_body(const Medium& medium) {
    return json::dump(
        {{"media_category", category_of(medium)},
         {"media_type", medium.type},
         {"total_bytes", medium.size}});
}

// What one medium needs next.
std::optional<Step> next_of(
    const Medium& medium, std::size_t number, int part, const Journal& journal, Instant now) {
    const auto id = find_upload(journal, part, number, now);
    if (id.empty())
        return Step{
            .name = numbered(initialize_step, number),
            .part = part,
            .prepared = initial_body(medium),
            .is_repeatable = true,
            .publishes = false};
    Json prepared{{"upload", id}, {"medium", number}};
    const auto newest = [&](std::string_view step) {
        return find_newest_of(journal, numbered(step, number), part, id);
    };
    const auto* append = newest(append_step);
    if (!is_done(append)) {
        // Goes on where an earlier try stopped.
        prepared["segment"] = append != nullptr
                                  ? json::integer_or(
                                        cursor_of(*append),
                                        "segment",
                                        json::integer_or(prepared_of(*append), "segment", 0))
                                  : 0;
        return medium_step(append_step, number, part, prepared);
    }
    const auto* finalize = newest(finalize_step);
    if (!is_done(finalize))
        return medium_step(finalize_step, number, part, prepared);
    const bool is_ready = json::truth(cursor_of(*finalize), "is_ready").value_or(false);
    if (!is_ready && !is_done(newest(status_step)))
        return medium_step(status_step, number, part, prepared);
    if (!medium.alt.empty() && !is_done(newest(describe_step)))
        return medium_step(describe_step, number, part, prepared);
    return std::nullopt;
}

Outcome unreadable() {
    return NotSent{code_of(driver, "unreadable_answer"), "X's answer to an upload cannot be read"};
}

// A call about an upload: its answer's JSON, or what came of it instead.
std::variant<Json, Outcome> call(
    const net::Request& request, const Access& access, const Tools& tools) {
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status < 200 || response.status >= 300)
        return read_harmless_refusal(response, access, tools.clock.now());
    if (response.body.empty())
        return Json::object();
    // A proxy's page says nothing of X.
    auto body = json::try_parse(response.body);
    if (!body || !body->is_object())
        return unreadable();
    return std::move(*body);
}

net::Request post(const std::string& path, const Access& access, std::string body) {
    auto request = ask("POST", net::join(access.base_url, path), access.credentials.access);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(body);
    return request;
}

Outcome initialize(const Step& step, const Access& access, const Tools& tools) {
    auto answer = call(post("/2/media/upload/initialize", access, step.prepared), access, tools);
    if (auto* outcome = std::get_if<Outcome>(&answer))
        return std::move(*outcome);
    const auto* data = json::find(std::get<Json>(answer), "data");
    const auto id = data != nullptr ? json::text_or(*data, "id", "") : "";
    if (id.empty())
        return unreadable();
    return Done{"", "", json::dump({{"upload", id}})};
}

// multipart/form-data (RFC 7578) with one number and one piece of a file.
void set_form(net::Request& request, std::int64_t segment, std::string_view bytes) {
    const auto boundary = "caas-" + sha256_hex(bytes).substr(0, 40);
    request.headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + boundary);
    request.body = "--" + boundary +
                   "\r\nContent-Disposition: form-data; name=\"segment_index\"\r\n\r\n" +
                   std::to_string(segment) + "\r\n--" + boundary +
                   "\r\nContent-Disposition: form-data; name=\"media\"; filename=\"chunk\""
                   "\r\nContent-Type: application/octet-stream\r\n\r\n";
    request.body += bytes;
    request.body += "\r\n--" + boundary + "--\r\n";
}

Outcome append(
    const Medium& medium,
    const std::string& id,
    std::int64_t segment,
    const Access& access,
    const Tools& tools) {
    const auto offset = segment * chunk_size;
    const auto size = std::min(chunk_size, medium.size - offset);
    if (!medium.read || size <= 0)
        return refused("medium_missing", "A picture or video of the post is not there");
    const auto bytes = medium.read(offset, static_cast<std::size_t>(size));
    if (std::cmp_not_equal(bytes.size(), size))
        return refused("medium_missing", "A picture or video of the post is shorter than it was");
    auto request =
        ask("POST",
            net::join(access.base_url, "/2/media/upload/" + net::percent_encode(id) + "/append"),
            access.credentials.access);
    set_form(request, segment, bytes);
    auto answer = call(request, access, tools);
    if (auto* outcome = std::get_if<Outcome>(&answer))
        return std::move(*outcome);
    auto cursor = json::dump({{"segment", segment + 1}});
    if (offset + size < medium.size)
        return Continue{std::move(cursor)};
    return Done{"", "", std::move(cursor)};
}

// What X says of the processing: Done, or nullopt while it goes on.
std::optional<Outcome> read_processing(const Json& answer) {
    const auto* info = json::path(answer, {"data", "processing_info"});
    const auto state = info != nullptr ? json::text_or(*info, "state", "") : "succeeded";
    if (state == "succeeded")
        return Done{"", "", json::dump({{"is_ready", true}})};
    if (state != "failed")
        return std::nullopt;
    const auto* error = json::find(*info, "error");
    const auto words = error != nullptr ? json::text_or(*error, "message", "") : "";
    return refused(
        "media_failed",
        words.empty() ? "X could not process a picture or video of the post"
                      : "X could not process a picture or video of the post: " + quote(words));
}

Outcome finalize(
    const Step& step,
    const std::string& id,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    auto answer = call(
        post("/2/media/upload/" + net::percent_encode(id) + "/finalize", access, ""),
        access,
        tools);
    const Json waiting{{"is_ready", false}};
    if (auto* outcome = std::get_if<Outcome>(&answer)) {
        const bool is_first = find_first_of(journal, step.name, step.part, id) == &journal.back();
        // The try before may have finished it without our hearing of it: its status tells.
        if (std::holds_alternative<Refused>(*outcome) && !is_first)
            return Done{"", "", json::dump(waiting)};
        return std::move(*outcome);
    }
    if (json::path(std::get<Json>(answer), {"data", "id"}) == nullptr)
        return unreadable();
    auto outcome = read_processing(std::get<Json>(answer));
    return outcome ? *std::move(outcome) : Done{"", "", json::dump(waiting)};
}

Outcome ask_status(
    const Step& step,
    const std::string& id,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    auto answer = call(
        ask("GET",
            net::with_query(
                net::join(access.base_url, "/2/media/upload"),
                {{"command", "STATUS"}, {"media_id", id}}),
            access.credentials.access),
        access,
        tools);
    if (auto* outcome = std::get_if<Outcome>(&answer))
        return std::move(*outcome);
    const auto& body = std::get<Json>(answer);
    if (json::path(body, {"data", "id"}) == nullptr &&
        json::path(body, {"data", "processing_info"}) == nullptr)
        return unreadable();
    if (auto outcome = read_processing(body))
        return *std::move(outcome);
    const auto now = tools.clock.now();
    const auto* first = find_first_of(journal, step.name, step.part, id);
    const auto waited = first != nullptr ? now - first->started_at : Milliseconds::zero();
    if (waited > longest_processing)
        return refused("media_stuck", "X has not processed a picture or video within two hours");
    const auto* info = json::path(body, {"data", "processing_info"});
    const auto wait = processing_wait(waited, json::integer_or(*info, "check_after_secs", 1));
    return Later{now + wait, "X is still processing a picture or video"};
}

Outcome describe(
    const Medium& medium, const std::string& id, const Access& access, const Tools& tools) {
    const auto text =
        text::shorten(medium.alt, {.counting = text::Counting::code_points, .limit = alt_limit});
    auto answer = call(
        post(
            "/2/media/metadata",
            access,
            json::dump({{"id", id}, {"metadata", {{"alt_text", {{"text", text}}}}}})),
        access,
        tools);
    if (auto* outcome = std::get_if<Outcome>(&answer))
        return std::move(*outcome);
    return Done{"", "", ""};
}

}  // namespace

std::optional<Outcome> fault_of_media(const Publication& publication) {
    constexpr std::array<std::string_view, 7> taken{
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "video/mp4",
        "video/quicktime",
        "video/webm"};
    for (const auto& part : publication.parts) {
        for (const auto& medium : part.media) {
            if (std::ranges::find(taken, medium.type) == taken.end())
                return refused("media_type", "X takes no files of the type " + quote(medium.type));
            const bool is_alone = medium.is_video() || is_gif(medium);
            if (is_alone && part.media.size() > 1)
                return refused("media_mix", "A post on X has four pictures, one GIF or one video");
        }
        if (std::cmp_greater(part.media.size(), limits.media_limit))
            return refused("media_mix", "A post on X has at most four pictures");
    }
    return std::nullopt;
}

std::optional<Step> next_upload(
    const Publication& publication, int first, const Journal& journal, Instant now) {
    const int count = static_cast<int>(publication.parts.size());
    for (int part = first; part < count; ++part) {
        const auto& media = publication.parts[static_cast<std::size_t>(part)].media;
        for (std::size_t i = 0; i < media.size(); ++i) {
            if (auto step = next_of(media[i], i, part, journal, now))
                return step;
        }
    }
    return std::nullopt;
}

Outcome perform_upload(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    if (is_numbered(step.name, initialize_step))
        return initialize(step, access, tools);
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto id = json::text_or(prepared, "upload", "");
    const auto number = json::integer_or(prepared, "medium", -1);
    const auto& media = publication.parts.at(static_cast<std::size_t>(step.part)).media;
    if (number < 0 || std::cmp_greater_equal(number, media.size()))
        return refused("journal_damaged", "The journal names no picture or video");
    const auto& medium = media[static_cast<std::size_t>(number)];
    if (is_numbered(step.name, append_step)) {
        const auto begin = json::integer_or(prepared, "segment", 0);
        const auto segment = json::integer_or(cursor_of(journal.back()), "segment", begin);
        return append(medium, id, segment, access, tools);
    }
    if (is_numbered(step.name, finalize_step))
        return finalize(step, id, journal, access, tools);
    if (is_numbered(step.name, status_step))
        return ask_status(step, id, journal, access, tools);
    return describe(medium, id, access, tools);
}

std::vector<std::string> uploaded(
    const Publication& publication, int part, const Journal& journal, Instant now) {
    std::vector<std::string> ids;
    const auto& media = publication.parts.at(static_cast<std::size_t>(part)).media;
    for (std::size_t i = 0; i < media.size(); ++i)
        ids.push_back(find_upload(journal, part, i, now));
    return ids;
}

}  // namespace caas::platform::x
