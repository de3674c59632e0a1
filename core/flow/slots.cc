#include "core/flow/slots.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/delivery/queue.h"
#include "core/flow/plan.h"

namespace caas::flow {
namespace {

// What waits is read for so long at once.
constexpr std::chrono::days stretch{35};
constexpr std::chrono::days furthest{366 * 5};

schedule::WallDay first_day(Instant now, const std::string& zone) {
    return std::chrono::floor<std::chrono::days>(schedule::wall_at(now, zone));
}

std::vector<schedule::Slot> lock(
    store::Transaction& transaction, const platform::Account& account) {
    auto slots = schedule::lock_slots(transaction, account.id);
    if (slots.empty())
        throw Error(
            Code::conflict,
            "The account `" + account.name + "` has no weekly slots",
            "set some: caas slots set " + account.name + " \"mon,wed 09:00, fri 17:30\"");
    return slots;
}

}  // namespace

AccountSlots slots_of(
    store::Reader& reader, const access::Principal& principal, std::string_view account) {
    AccountSlots found{
        platform::get_account(reader, principal.workspace, account), std::string(), {}};
    found.zone = usual_zone(reader, principal, found.account);
    found.slots = schedule::list_slots(reader, found.account.id);
    return found;
}

AccountSlots set_slots(
    store::Transaction& transaction,
    const access::Principal& principal,
    std::string_view account,
    std::vector<schedule::Slot> slots) {
    const auto found = platform::get_account(transaction, principal.workspace, account);
    schedule::set_slots(transaction, found.id, std::move(slots));
    return slots_of(transaction, principal, found.id.text());
}

FreeSlots::FreeSlots(
    store::Transaction& transaction,
    const platform::Account& account,
    std::string zone,
    Instant now)
    : transaction_(transaction),
      workspace_(account.workspace),
      account_(account.id),
      name_(account.name),
      zone_(std::move(zone)),
      now_(now),
      times_(lock(transaction, account), first_day(now, zone_)),
      read_(now) {}

void FreeSlots::read_to(Instant instant) {
    while (instant >= read_) {
        for (const auto taken :
             delivery::due_times(transaction_, workspace_, account_, read_, read_ + stretch))
            taken_.insert(taken);
        read_ += stretch;
    }
}

delivery::DueTime FreeSlots::next(const std::set<Instant>& planned) {
    while (true) {
        const auto wall = times_.next();
        const auto found = resolve(schedule::local_of(wall), zone_);
        if (found.instant <= now_)
            continue;
        if (found.instant > now_ + furthest)
            throw Error(
                Code::conflict,
                "Every slot of the account `" + name_ + "` is taken for five years",
                "give it more: caas slots set " + name_);
        read_to(found.instant);
        if (planned.contains(found.instant) || !taken_.insert(found.instant).second)
            continue;
        return {
            found.instant,
            schedule::wall_text(wall),
            zone_,
            std::string(schedule::note_of(found.kind))};
    }
}

Instant next_time(const schedule::Slot& slot, const std::string& zone, Instant now) {
    schedule::SlotTimes times({slot}, first_day(now, zone));
    while (true) {
        const auto found = resolve(schedule::local_of(times.next()), zone);
        if (found.instant > now)
            return found.instant;
    }
}

}  // namespace caas::flow
