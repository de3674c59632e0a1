#include "core/platform/facebook/upload.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/facebook/service.h"
#include "core/platform/meta/form_data.h"
#include "core/platform/meta/life.h"

namespace caas::platform::facebook {
namespace {

// What is not used within a day is deleted; an hour is left for the post.
constexpr Milliseconds upload_life = std::chrono::hours(23);
constexpr std::chrono::milliseconds transfer_timeout = std::chrono::minutes(10);

Outcome unreadable() {
    return NotSent{
        code_of(driver, "unreadable_answer"), "Facebook's answer to an upload cannot be read"};
}

// Meta sends numbers as numbers and as text.
std::int64_t number_of(const Json& object, std::string_view key, std::int64_t otherwise) {
    const auto text = json::text_or(object, key, "");
    std::int64_t value = json::integer_or(object, key, otherwise);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool is_fresh(const Entry& entry, Instant now) {
    return entry.state == StepState::done && now - entry.started_at < upload_life;
}

std::string find_photo(const Journal& journal, std::size_t medium, Instant now) {
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        if (at->step != photo_step || !is_fresh(*at, now) ||
            json::integer_or(meta::prepared_of(*at), "medium", -1) !=
                static_cast<std::int64_t>(medium))
            continue;
        return json::text_or(meta::cursor_of(*at), "photo", "");
    }
    return "";
}

std::string page(const Access& access, std::string_view edge) {
    return net::percent_encode(access.remote_id) + "/" + std::string(edge);
}

net::Request with_bytes(
    const Access& access,
    std::string_view edge,
    const net::Pairs& fields,
    const meta::FilePart& file,
    const Tools& tools) {
    auto request =
        ask("POST", meta::url_of(service, access, page(access, edge)), access.credentials.access);
    meta::set_form_data(request, fields, file, meta::make_boundary(tools.random));
    request.total_timeout = transfer_timeout;
    return request;
}

Outcome send_photo(const Medium& medium, const Access& access, const Tools& tools) {
    net::Pairs fields{{"published", "false"}};
    if (!medium.alt.empty())
        fields.emplace_back("alt_text_custom", medium.alt);
    net::Request request;
    if (medium.read) {
        request = with_bytes(access, "photos", fields, {"source", medium, 0, medium.size}, tools);
    } else {
        fields.emplace_back("url", medium.url);
        request = meta::post(service, access, page(access, "photos"), net::form_encode(fields));
    }
    auto result = meta::call_harmless(driver, request, tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::move(*outcome);
    const auto id = json::text_or(std::get<meta::Answer>(result).body, "id", "");
    if (id.empty())
        return unreadable();
    return Done{"", "", json::dump({{"photo", id}})};
}

Outcome begin_video(const Medium& medium, const Access& access, const Tools& tools) {
    auto result = meta::call_harmless(
        driver,
        meta::post(
            service,
            access,
            page(access, "videos"),
            net::form_encode(
                {{"upload_phase", "start"}, {"file_size", std::to_string(medium.size)}})),
        tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::move(*outcome);
    const auto& body = std::get<meta::Answer>(result).body;
    Json cursor{
        {"session", json::text_or(body, "upload_session_id", "")},
        {"video", json::text_or(body, "video_id", "")},
        {"start", number_of(body, "start_offset", -1)},
        {"end", number_of(body, "end_offset", -1)}};
    if (cursor["session"] == "" || cursor["video"] == "" || cursor["end"] < 0)
        return unreadable();
    return Continue{json::dump(cursor)};
}

Outcome transfer(const Medium& medium, Json cursor, const Access& access, const Tools& tools) {
    const auto start = json::integer_or(cursor, "start", 0);
    const auto end = std::min(json::integer_or(cursor, "end", 0), medium.size);
    if (start < 0 || start >= end)
        return Done{"", "", json::dump(cursor)};
    const auto request = with_bytes(
        access,
        "videos",
        {{"upload_phase", "transfer"},
         {"upload_session_id", json::text_or(cursor, "session", "")},
         {"start_offset", std::to_string(start)}},
        {"video_file_chunk", medium, start, end - start},
        tools);
    auto result = meta::call_harmless(driver, request, tools);
    if (auto* outcome = std::get_if<Outcome>(&result))
        return std::move(*outcome);
    const auto& body = std::get<meta::Answer>(result).body;
    cursor["start"] = number_of(body, "start_offset", -1);
    cursor["end"] = number_of(body, "end_offset", -1);
    // An upload that goes backwards would never end.
    if (cursor["start"] <= start && cursor["start"] != cursor["end"])
        return unreadable();
    return Continue{json::dump(cursor)};
}

}  // namespace

std::optional<Step> next_upload(
    const Publication& publication, const Journal& journal, Instant now) {
    const auto& media = publication.parts.front().media;
    const auto step = [](std::string_view name, std::size_t medium) {
        return Step{
            .name = std::string(name),
            .part = 0,
            .prepared = json::dump({{"medium", medium}}),
            .is_repeatable = true,
            .publishes = false};
    };
    for (std::size_t i = 0; i < media.size(); ++i) {
        if (media[i].is_video()) {
            if (!video(journal, now))
                return step(upload_step, i);
        } else if (find_photo(journal, i, now).empty()) {
            return step(photo_step, i);
        }
    }
    return std::nullopt;
}

std::vector<std::string> photos(
    const Publication& publication, const Journal& journal, Instant now) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < publication.parts.front().media.size(); ++i)
        ids.push_back(find_photo(journal, i, now));
    return ids;
}

std::optional<Video> video(const Journal& journal, Instant now) {
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        if (at->step != upload_step || !is_fresh(*at, now))
            continue;
        const auto cursor = meta::cursor_of(*at);
        return Video{json::text_or(cursor, "video", ""), json::text_or(cursor, "session", "")};
    }
    return std::nullopt;
}

Outcome upload(
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto number = static_cast<std::size_t>(json::integer_or(prepared, "medium", 0));
    const auto& medium = publication.parts.front().media.at(number);
    if (step.name == photo_step)
        return send_photo(medium, access, tools);
    auto cursor = meta::cursor_of(journal.back());
    if (!cursor.contains("session"))
        return begin_video(medium, access, tools);
    return transfer(medium, std::move(cursor), access, tools);
}

}  // namespace caas::platform::facebook
