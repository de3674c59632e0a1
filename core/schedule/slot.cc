#include "core/schedule/slot.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace caas::schedule {
namespace {

[[noreturn]] void refuse(const std::string& what) {
    throw Error(
        Code::invalid,
        what,
        "write slots as \"mon,wed 09:00, fri 17:30\"",
        {{"/items", "slot", "is no weekly time"}});
}

std::vector<Slot> read(const store::Rows& rows) {
    std::vector<Slot> slots;
    slots.reserve(rows.size());
    for (const auto& row : rows)
        slots.push_back({static_cast<Day>(row.integer(0)), static_cast<int>(row.integer(1))});
    std::sort(slots.begin(), slots.end());
    return slots;
}

void tidy(std::vector<Slot>& slots) {
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
}

}  // namespace

std::vector<Slot> parse_slots(std::string_view text) {
    std::vector<Slot> slots;
    std::vector<Day> days;
    bool has_time = false;
    for (const auto word : words_of(text, ",;")) {
        if (const auto time = parse_time_of_day(word)) {
            if (days.empty())
                refuse("`" + std::string(word) + "` comes before any day");
            for (const auto day : days)
                slots.push_back({day, *time});
            has_time = true;
            continue;
        }
        const auto more = parse_days(word);
        if (!more)
            refuse("`" + std::string(word.substr(0, 20)) + "` is no day and no time of day");
        // After a time, days begin anew.
        if (has_time)
            days.clear();
        has_time = false;
        days.insert(days.end(), more->begin(), more->end());
    }
    if (!has_time)
        refuse(days.empty() ? "There is no slot" : "The last day has no time after it");
    tidy(slots);
    return slots;
}

std::vector<Slot> list_slots(store::Reader& reader, const AccountId& account) {
    return read(reader.query(
        R"(SELECT day, minute
FROM slot
WHERE account_id = $1
ORDER BY day, minute)",
        {account}));
}

std::vector<Slot> lock_slots(store::Transaction& transaction, const AccountId& account) {
    // A write that changes nothing holds the rows on PostgreSQL; on SQLite there is one writer.
    return read(transaction.query(
        R"(UPDATE slot
SET minute = minute
WHERE account_id = $1
RETURNING day, minute)",
        {account}));
}

void set_slots(store::Transaction& transaction, const AccountId& account, std::vector<Slot> slots) {
    tidy(slots);
    if (slots.size() > most_slots)
        refuse("An account has at most " + std::to_string(most_slots) + " slots");
    for (const auto& slot : slots) {
        if (slot.day < 1 || slot.day > 7 || slot.minute < 0 || slot.minute >= 24 * 60)
            refuse("There is no such time of the week");
    }
    transaction.execute("DELETE FROM slot WHERE account_id = $1", {account});
    for (const auto& slot : slots)
        transaction.execute(
            "INSERT INTO slot (account_id, day, minute) VALUES ($1, $2, $3)",
            {account, slot.day, slot.minute});
}

SlotTimes::SlotTimes(std::vector<Slot> slots, WallDay from)
    : slots_(std::move(slots)), day_(from) {}

Wall SlotTimes::next() {
    while (true) {
        const auto weekday = static_cast<Day>(std::chrono::weekday(day_).iso_encoding());
        for (; at_ < slots_.size(); ++at_) {
            if (slots_[at_].day == weekday)
                return day_ + std::chrono::minutes(slots_[at_++].minute);
        }
        day_ += std::chrono::days(1);
        at_ = 0;
    }
}

}  // namespace caas::schedule
