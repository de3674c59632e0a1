#include "core/platform/meta/life.h"

#include <nlohmann/json.hpp>

namespace caas::platform::meta {
namespace {

// A container lives 24 hours (Instagram platform, IG Container); an hour is left for the rest.
constexpr Milliseconds item_life = std::chrono::hours(23);

Json object_of(const std::string& text) {
    auto object = json::try_parse(text);
    return object && object->is_object() ? std::move(*object) : Json::object();
}

std::size_t item_of(const Json& prepared) {
    const auto number = json::integer_or(prepared, "item", 0);
    return number < 0 ? 0 : static_cast<std::size_t>(number);
}

Made made_by(const Entry& entry) {
    const auto cursor = cursor_of(entry);
    return {
        .id = json::text_or(cursor, "container", ""),
        .uri = json::text_or(cursor, "uri", ""),
        .at = entry.started_at};
}

// What a look at a container's state told.
void note_state(Life& life, const Json& cursor, Made* made, bool is_whole) {
    const auto state = json::text_or(cursor, "status", "");
    if (state == "FINISHED") {
        if (made != nullptr)
            made->is_ready = true;
        return;
    }
    if (state == "PUBLISHED" && is_whole) {
        life.is_out = true;
        return;
    }
    // A carousel is not trusted to take the items of one that was spoilt.
    life.items.clear();
    life.whole.reset();
    life.why = json::text_or(cursor, "why", state);
    life.is_hopeless = json::truth(cursor, "is_final").value_or(false);
    // What ran out of time is nobody's fault.
    if (state != "EXPIRED")
        ++life.spoilt;
}

void note_done(Life& life, const Entry& entry) {
    const auto item = item_of(prepared_of(entry));
    const auto at = life.items.find(item);
    auto* made = at == life.items.end() ? nullptr : &at->second;
    auto* whole = life.whole ? &*life.whole : nullptr;
    if (entry.step == "item")
        life.items[item] = made_by(entry);
    else if (entry.step == "item_upload" && made != nullptr)
        made->is_uploaded = true;
    else if (entry.step == "item_ready")
        note_state(life, cursor_of(entry), made, false);
    else if (entry.step == "container")
        life.whole = made_by(entry);
    else if (entry.step == "upload" && whole != nullptr)
        whole->is_uploaded = true;
    else if (entry.step == "ready")
        note_state(life, cursor_of(entry), whole, true);
    else if (entry.step == "publish")
        life.is_done = true;
}

void note_failed(Life& life, const Entry& entry) {
    if (entry.step == "publish" && life.whole)
        life.whole->is_ready = false;  // it is looked at again before the next try
    // Of bytes that were pushed nobody tells how many arrived: another container takes them.
    if (entry.step == "upload")
        life.whole.reset();
    if (entry.step == "item_upload")
        life.items.erase(item_of(prepared_of(entry)));
}

}  // namespace

Json prepared_of(const Entry& entry) {
    return object_of(entry.prepared);
}

Json cursor_of(const Entry& entry) {
    return object_of(entry.cursor);
}

Life read_life(const Journal& journal, int part, Instant now) {
    Life life;
    for (const auto& entry : journal) {
        if (entry.part != part)
            continue;
        if (entry.state == StepState::done)
            note_done(life, entry);
        else if (entry.state == StepState::failed)
            note_failed(life, entry);
    }
    std::erase_if(life.items, [&](const auto& item) { return now - item.second.at > item_life; });
    return life;
}

}  // namespace caas::platform::meta
