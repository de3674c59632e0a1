#include "core/platform/bluesky/blob.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/answer.h"
#include "core/platform/bluesky/record.h"
#include "core/platform/bluesky/xrpc.h"
#include "core/platform/drivers.h"

namespace caas::platform::bluesky {
namespace {

constexpr std::string_view upload_step = "upload ";
// A server drops blobs that no record names; how soon is its own affair, but not within an hour
// (the PDS sweeps those of a day).
constexpr Milliseconds good_for = std::chrono::hours(1);
constexpr int most_drops = 3;  // of one part, before its media are not uploaded again for that

std::string step_of(std::size_t medium) {
    return std::string(upload_step) + std::to_string(medium + 1);
}

const Entry* newest_blob(const Journal& journal, const std::string& step, int part) {
    const Entry* found = nullptr;
    for (const auto& entry : journal) {
        if (entry.step == step && entry.part == part && entry.state == StepState::done)
            found = &entry;
    }
    return found;
}

bool is_refused_for_blob(const Entry& entry, int part) {
    return entry.step == create_step && entry.part == part && entry.state == StepState::failed &&
           entry.code == code_of(driver, blob_not_found);
}

// Whether the server has dropped it since, by its own word. One that says so again and again of
// what it just took is not sent it for ever: the tries then run out.
bool is_dropped(const Journal& journal, const Entry& blob) {
    bool is_refused_since = false;
    int refusals = 0;
    for (const auto& entry : journal) {
        if (!is_refused_for_blob(entry, blob.part))
            continue;
        ++refusals;
        is_refused_since = is_refused_since || entry.number > blob.number;
    }
    return is_refused_since && refusals <= most_drops;
}

std::optional<Json> read_blob(std::string_view text) {
    const auto body = json::try_parse(text);
    const auto* blob = body ? json::find(*body, "blob") : nullptr;
    const auto* link = blob != nullptr ? json::path(*blob, {"ref", "$link"}) : nullptr;
    if (link == nullptr || !link->is_string() || json::text_or(*blob, "$type", "") != "blob")
        return std::nullopt;
    return *blob;
}

}  // namespace

bool is_upload(std::string_view step) {
    return step.starts_with(upload_step);
}

std::optional<Step> next_upload(
    const Publication& publication, const Journal& journal, int first_part, Instant now) {
    for (auto part = static_cast<std::size_t>(first_part); part < publication.parts.size();
         ++part) {
        const auto& media = publication.parts[part].media;
        for (std::size_t i = 0; i < media.size(); ++i) {
            const auto name = step_of(i);
            const auto number = static_cast<int>(part);
            const auto* blob = newest_blob(journal, name, number);
            if (blob != nullptr && now - blob->started_at < good_for && !is_dropped(journal, *blob))
                continue;
            return Step{
                .name = name,
                .part = number,
                .prepared = json::dump({{"medium", i}, {"id", media[i].id}}),
                .is_repeatable = true,
                .publishes = false};
        }
    }
    return std::nullopt;
}

Blobs blobs_of(const Publication& publication, const Journal& journal, int part) {
    Blobs blobs;
    const auto count = publication.parts[static_cast<std::size_t>(part)].media.size();
    for (std::size_t i = 0; i < count; ++i) {
        const auto* entry = newest_blob(journal, step_of(i), part);
        blobs.push_back(entry == nullptr ? Json() : read_blob(entry->cursor).value_or(Json()));
    }
    return blobs;
}

Outcome upload(
    const Publication& publication, const Step& step, const Access& access, const Tools& tools) {
    const auto prepared = json::parse(step.prepared, "The journal's step");
    const auto number = static_cast<std::size_t>(json::integer_or(prepared, "medium", 0));
    const auto part = static_cast<std::size_t>(step.part);
    const bool is_there =
        part < publication.parts.size() && number < publication.parts[part].media.size();
    const auto* medium = is_there ? &publication.parts[part].media[number] : nullptr;
    if (medium == nullptr || !medium->read || medium->size <= 0)
        return Refused{
            code_of(driver, "media_missing"), "A picture of the post is not there any more"};
    auto request =
        ask("POST",
            url_of(access.base_url, "com.atproto.repo.uploadBlob", {}),
            access.credentials.access);
    request.headers.emplace_back("Content-Type", medium->type);
    request.source = net::BodySource{medium->size, medium->read};
    // The engine allows a file the time that its size takes.
    request.total_timeout = std::chrono::hours(1);
    try {
        const auto result = tools.http.send(request);
        // A blob that arrived unnoticed is seen by nobody, and is dropped.
        if (const auto* failure = std::get_if<net::Failure>(&result))
            return outcome_of_read(driver, *failure);
        const auto& response = std::get<net::Response>(result);
        if (response.status == 413)
            return Refused{
                code_of(driver, "payload_too_large"),
                "This server of Bluesky takes no file of " +
                    std::to_string(medium->size / 1'000'000) + " MB"};
        if (response.status != 200) {
            auto outcome = read_refusal(response, tools.clock.now());
            if (auto* unknown = std::get_if<Unknown>(&outcome))
                return NotSent{std::move(unknown->code), std::move(unknown->message)};
            return outcome;
        }
        const auto blob = read_blob(response.body);
        if (!blob)
            return NotSent{
                code_of(driver, "unreadable_answer"),
                "Bluesky took the file, but its answer cannot be read"};
        return Done{"", "", json::dump({{"blob", *blob}})};
    } catch (const Error& error) {
        // Our own file; the server was sent half of it at most.
        if (error.code() == Code::not_found)
            return Refused{code_of(driver, "media_missing"), error.what()};
        return NotSent{code_of(driver, "media_unreadable"), error.what()};
    }
}

}  // namespace caas::platform::bluesky
