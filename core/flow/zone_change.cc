#include "core/flow/zone_change.h"

#include "core/base/error.h"
#include "core/delivery/change.h"
#include "core/schedule/wall.h"

namespace caas::flow {
namespace {

constexpr std::string_view fact = "zone_data";
// Read at once; there may be a million.
constexpr std::int64_t most_at_once = 1000;

std::string known_version(store::Reader& reader) {
    const auto rows = reader.query("SELECT value FROM fact WHERE name = $1", {fact});
    return rows.empty() ? std::string() : rows[0].text(0);
}

bool move(
    store::Transaction& transaction,
    const ZoneSource& zones,
    const delivery::Post& post,
    Instant now) {
    const auto local = parse_local(post.local_time);
    if (!local)
        return false;
    try {
        const auto found = zones.resolve(*local, post.zone);
        const auto note = std::string(schedule::note_of(found.kind));
        if (found.instant == post.due_at && note == post.time_note)
            return false;
        delivery::reset_due(
            transaction, post, {found.instant, post.local_time, post.zone, note}, now);
        return true;
    } catch (const Error& error) {
        // A zone that is gone by now: the instant stays as it is.
        if (error.code() != Code::invalid)
            throw;
        return false;
    }
}

}  // namespace

ZoneSource system_zones() {
    return {zone_data_version, [](const LocalTime& local, std::string_view zone) {
                return resolve(local, zone);
            }};
}

int heed_zone_change(const Tools& tools, const ZoneSource& zones) {
    const auto version = zones.version();
    if (version == tools.store.read(known_version))
        return 0;
    std::string before;
    const int moved = tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        before = known_version(transaction);
        int count = 0;
        PostId last;
        while (true) {
            const auto posts = delivery::waiting_by_local_time(transaction, last, most_at_once);
            for (const auto& post : posts)
                count += move(transaction, zones, post, now) ? 1 : 0;
            if (posts.size() < static_cast<std::size_t>(most_at_once))
                break;
            last = posts.back().id;
        }
        transaction.execute(
            R"(INSERT INTO fact (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value)",
            {fact, version});
        return count;
    });
    // A new home has no zone data to change.
    if (!before.empty() || moved > 0)
        tools.log.write(
            moved > 0 ? Level::warn : Level::info,
            "zones.changed",
            {{"from", before}, {"to", version}, {"moved_posts", std::to_string(moved)}});
    return moved;
}

}  // namespace caas::flow
