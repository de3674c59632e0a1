#include "core/platform/mastodon/attachment.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/form_data.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/journal.h"
#include "core/platform/mastodon/answer.h"

namespace caas::platform::mastodon {
namespace {

constexpr std::string_view upload_step = "upload ";
constexpr std::string_view process_step = "process ";
// An attachment that no status names is deleted a day later (mastodon
// app/lib/vacuum/media_attachments_vacuum.rb, TTL).
constexpr Milliseconds good_for = std::chrono::hours(12);
// Between two looks at media in the making, which takes seconds for a GIF and a minute for a video.
constexpr Milliseconds patience = std::chrono::seconds(5);

std::string name_of(std::string_view step, std::size_t medium) {
    return std::string(step) + std::to_string(medium + 1);
}

const Entry* newest_done(const Journal& journal, const std::string& step, int part) {
    const Entry* found = nullptr;
    for (const auto& entry : journal) {
        if (entry.step == step && entry.part == part && entry.state == StepState::done)
            found = &entry;
    }
    return found;
}

bool is_ready(const Entry& upload) {
    const auto cursor = json::try_parse(upload.cursor);
    return cursor && json::truth(*cursor, "ready").value_or(false);
}

// A call that makes nothing others see: whatever became of it, it may be made again.
Outcome harmless(Outcome outcome) {
    if (auto* unknown = std::get_if<Unknown>(&outcome))
        return NotSent{std::move(unknown->code), std::move(unknown->message)};
    return outcome;
}

Outcome read_attachment(const net::Response& response, bool is_ready) {
    const auto body = json::try_parse(response.body);
    auto id = body ? json::text_or(*body, "id", "") : "";
    if (id.empty())
        return NotSent{
            code_of(driver, "unreadable_answer"),
            "Mastodon took the file, but its answer cannot be read"};
    return Done{std::move(id), "", json::dump({{"ready", is_ready}})};
}

Outcome upload(const Medium& medium, const Access& access, const Tools& tools) {
    std::vector<std::pair<std::string, std::string>> fields;
    if (!medium.alt.empty())
        fields.emplace_back("description", medium.alt);
    auto form = net::form_data(
        fields,
        {"file",
         "medium." + medium.type.substr(medium.type.find('/') + 1),
         medium.type,
         {medium.size, medium.read}},
        medium.id);
    auto request =
        ask("POST", net::join(access.base_url, "/api/v2/media"), access.credentials.access);
    request.headers.emplace_back("Content-Type", form.content_type);
    request.source = std::move(form.body);
    // The engine gives a call as long as its file needs; silence ends it sooner.
    request.total_timeout = std::chrono::hours(1);
    const auto result = tools.http.send(request);
    // An attachment that arrived unnoticed is seen by nobody, and is deleted.
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    if (response.status == 200 || response.status == 202)
        return read_attachment(response, response.status == 200);
    return harmless(read_refusal(response, tools.clock.now()));
}

Outcome process(const std::string& id, const Access& access, const Tools& tools) {
    const auto result = tools.http.send(
        ask("GET",
            net::join(access.base_url, "/api/v1/media/" + net::percent_encode(id)),
            access.credentials.access));
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return outcome_of_read(driver, *failure);
    const auto& response = std::get<net::Response>(result);
    const auto now = tools.clock.now();
    if (response.status == 200)
        return read_attachment(response, true);
    if (response.status == 206)
        return Later{now + patience, "Mastodon is working on the media"};
    if (response.status == 404 || response.status == 422)
        return Refused{
            code_of(driver, "media_failed"),
            "Mastodon cannot make anything of a picture or video of the post"};
    return harmless(read_refusal(response, now));
}

}  // namespace

bool is_about_attachment(std::string_view step) {
    return step.starts_with(upload_step) || step.starts_with(process_step);
}

std::optional<Step> next_attachment(
    const Publication& publication, const Journal& journal, int first_part, Instant now) {
    for (auto part = static_cast<std::size_t>(first_part); part < publication.parts.size();
         ++part) {
        const auto& media = publication.parts[part].media;
        const auto number = static_cast<int>(part);
        for (std::size_t i = 0; i < media.size(); ++i) {
            const auto* there = newest_done(journal, name_of(upload_step, i), number);
            const bool is_good = there != nullptr && now - there->started_at < good_for;
            const auto* made = newest_done(journal, name_of(process_step, i), number);
            if (is_good &&
                (is_ready(*there) || (made != nullptr && made->remote_id == there->remote_id)))
                continue;
            Json prepared{{"medium", i}, {"id", media[i].id}};
            if (is_good)
                prepared["attachment"] = there->remote_id;
            return Step{
                .name = name_of(is_good ? process_step : upload_step, i),
                .part = number,
                .prepared = json::dump(prepared),
                .is_repeatable = true,
                .publishes = false};
        }
    }
    return std::nullopt;
}

std::vector<std::string> attachments_of(
    const Publication& publication, const Journal& journal, int part) {
    std::vector<std::string> ids;
    const auto count = publication.parts[static_cast<std::size_t>(part)].media.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (const auto* there = newest_done(journal, name_of(upload_step, i), part))
            ids.push_back(there->remote_id);
    }
    return ids;
}

Outcome perform_attachment(
    const Publication& publication, const Step& step, const Access& access, const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    if (const auto id = json::text(prepared, "attachment"))
        return process(*id, access, tools);
    const auto number = static_cast<std::size_t>(json::integer_or(prepared, "medium", 0));
    const auto part = static_cast<std::size_t>(step.part);
    const bool is_there =
        part < publication.parts.size() && number < publication.parts[part].media.size();
    const auto* medium = is_there ? &publication.parts[part].media[number] : nullptr;
    if (medium == nullptr || !medium->read || medium->size <= 0)
        return Refused{
            code_of(driver, "media_missing"), "A medium of the post is not there any more"};
    try {
        return upload(*medium, access, tools);
    } catch (const Error& error) {
        // Our own file; the server was sent half of it at most.
        if (error.code() == Code::not_found)
            return Refused{code_of(driver, "media_missing"), error.what()};
        return NotSent{code_of(driver, "media_unreadable"), error.what()};
    }
}

}  // namespace caas::platform::mastodon
