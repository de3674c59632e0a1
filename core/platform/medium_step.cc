#include "core/platform/medium_step.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace caas::platform {
namespace {

Json object_of(const std::string& text) {
    auto value = json::try_parse(text);
    return value && value->is_object() ? std::move(*value) : Json::object();
}

bool belongs(const Entry& entry, std::string_view name, int part, std::string_view upload) {
    return entry.step == name && entry.part == part &&
           json::text_or(prepared_of(entry), "upload", "") == upload;
}

}  // namespace

std::string numbered(std::string_view step, std::size_t medium) {
    return std::string(step) + "_" + std::to_string(medium + 1);
}

bool is_numbered(std::string_view name, std::string_view step) {
    return name.starts_with(step) && name.substr(step.size()).starts_with('_');
}

Json prepared_of(const Entry& entry) {
    return object_of(entry.prepared);
}

Json cursor_of(const Entry& entry) {
    return object_of(entry.cursor);
}

const Entry* find_newest_of(
    const Journal& journal, std::string_view name, int part, std::string_view upload) {
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        if (belongs(*at, name, part, upload))
            return &*at;
    }
    return nullptr;
}

const Entry* find_first_of(
    const Journal& journal, std::string_view name, int part, std::string_view upload) {
    const auto at = std::ranges::find_if(
        journal, [&](const Entry& entry) { return belongs(entry, name, part, upload); });
    return at == journal.end() ? nullptr : &*at;
}

bool is_done(const Entry* entry) {
    return entry != nullptr && entry->state == StepState::done;
}

Step medium_step(std::string_view step, std::size_t medium, int part, const Json& prepared) {
    return {
        .name = numbered(step, medium),
        .part = part,
        .prepared = json::dump(prepared),
        .is_repeatable = true,
        .publishes = false};
}

Milliseconds processing_wait(Milliseconds waited, std::int64_t asked_seconds) {
    constexpr std::int64_t most_s = 60;
    const auto asked = std::chrono::seconds(std::clamp<std::int64_t>(asked_seconds, 1, most_s));
    return std::clamp<Milliseconds>(waited / 4, asked, std::chrono::seconds(most_s));
}

}  // namespace caas::platform
