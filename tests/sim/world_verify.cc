// What must be true at the end of a simulated run.
#include <algorithm>

#include "core/delivery/attempt.h"
#include "tests/sim/world.h"

namespace caas::sim {

// What the journal and the platform hold of a post, for whoever reads a complaint.
std::string World::story(const delivery::Post& post) {
    std::string told;
    for (const auto& entry : delivery::read_journal(reader(), post.id)) {
        told += "\n    step " + std::to_string(entry.number) + " " + entry.step + ", part " +
                std::to_string(entry.part + 1) + ", fence " + std::to_string(entry.fence) + ", " +
                std::string(delivery::name(entry.state));
        if (entry.ending)
            told += " (" + std::string(delivery::name(*entry.ending)) + ")";
        told += " " + entry.message + " from " + std::to_string(to_ms(entry.started_at)) + " to " +
                std::to_string(to_ms(entry.ended_at.value_or(Instant()))) + ": " + entry.prepared;
    }
    for (const auto& thing : platform.things()) {
        if (thing.post == post.id.text())
            told += "\n    made " + thing.id + " of part " + std::to_string(thing.part + 1) +
                    " after " + thing.parent + " at " + std::to_string(thing.at);
    }
    return told;
}

void World::verify() {
    for (const auto& post : all_posts()) {
        const auto& id = post.id.text();
        const auto who = std::string(delivery::name(post.state)) + " post on " +
                         post.account.text() + " of " + std::to_string(post.parts) + " parts" +
                         story(post);
        if (!delivery::is_settled(post.state))
            complain("never settled: " + who);
        if (post.state == delivery::PostState::published)
            ++tally_.published;
        const bool was_late = std::ranges::count(platform.late, id) > 0;
        for (int part = 0; part < 3; ++part) {
            const int made = platform.made(id, part);
            tally_.things += made;
            if (resends_[post.account.text()])
                continue;
            if (made > 1)
                complain("part " + std::to_string(part + 1) + " doubled: " + who);
            if (part < post.parts_published && made == 0)
                complain("part " + std::to_string(part + 1) + " was never made: " + who);
            if (part >= post.parts_published && made > 0 && !was_late)
                complain("part " + std::to_string(part + 1) + " went out unsaid: " + who);
        }
        if (post.state == delivery::PostState::published && post.parts_published != post.parts)
            complain("published with parts left: " + who);
        if (post.state == delivery::PostState::missed && post.parts_published > 0)
            complain("missed though begun: " + who);
    }
    const auto held = reader().query("SELECT 1 FROM lane WHERE held_by IS NOT NULL", {});
    if (!held.empty())
        complain("a lane is still held");
}

}  // namespace caas::sim
