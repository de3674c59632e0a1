#include "core/flow/slots.h"

#include <algorithm>
#include <utility>

#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/delivery/queue.h"

namespace caas::flow {
namespace {

// What waits is read for so long at once.
constexpr std::chrono::days stretch{35};
constexpr std::chrono::days furthest{366 * 5};

}  // namespace

AccountSlots slots_of(
    store::Reader& reader, const access::Principal& principal, std::string_view account) {
    AccountSlots found{
        platform::get_account(reader, principal.workspace, account), std::string(), {}};
    const auto place = access::find_workspace(reader, principal.organization, principal.workspace);
    found.zone = found.account.zone.value_or(place ? place->zone : "UTC");
    found.slots = schedule::list_slots(reader, found.account.id);
    return found;
}

AccountSlots set_slots(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view account,
    std::vector<schedule::Slot> slots) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto found = platform::get_account(transaction, principal.workspace, account);
        schedule::set_slots(transaction, found.id, slots);
        return slots_of(transaction, principal, found.id.text());
    });
}

delivery::DueTime next_free_slot(
    store::Transaction& transaction,
    const platform::Account& account,
    const std::string& zone,
    const std::vector<Instant>& also,
    Instant now) {
    auto slots = schedule::lock_slots(transaction, account.id);
    if (slots.empty())
        throw Error(
            Code::conflict,
            "The account `" + account.name + "` has no weekly slots",
            "set some: caas slots set " + account.name + " \"mon,wed 09:00, fri 17:30\"");
    schedule::SlotTimes times(
        std::move(slots), std::chrono::floor<std::chrono::days>(schedule::wall_at(now, zone)));
    std::vector<Instant> taken;
    auto read_to = now;
    while (true) {
        const auto wall = times.next();
        const auto found = resolve(schedule::local_of(wall), zone);
        if (found.instant <= now)
            continue;
        if (found.instant > now + furthest)
            throw Error(
                Code::conflict,
                "Every slot of the account `" + account.name + "` is taken for five years",
                "give it more: caas slots set " + account.name);
        while (found.instant >= read_to) {
            const auto more = delivery::due_times(
                transaction, account.workspace, account.id, read_to, read_to + stretch);
            taken.insert(taken.end(), more.begin(), more.end());
            read_to += stretch;
        }
        const auto is_in = [&](const std::vector<Instant>& list) {
            return std::find(list.begin(), list.end(), found.instant) != list.end();
        };
        if (is_in(taken) || is_in(also))
            continue;
        return {
            found.instant,
            schedule::wall_text(wall),
            zone,
            std::string(schedule::note_of(found.kind))};
    }
}

Instant next_time(const schedule::Slot& slot, const std::string& zone, Instant now) {
    schedule::SlotTimes times(
        {slot}, std::chrono::floor<std::chrono::days>(schedule::wall_at(now, zone)));
    while (true) {
        const auto found = resolve(schedule::local_of(times.next()), zone);
        if (found.instant > now)
            return found.instant;
    }
}

}  // namespace caas::flow
