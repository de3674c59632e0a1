// Random schedules against the real decisions and the real SQL. CAAS_SIM_RUNS and CAAS_SIM_SEED in
// the environment choose how many and where to begin.
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "tests/sim/world.h"

namespace caas::sim {
namespace {

std::int64_t number_from(const char* variable, std::int64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::atoll(text);
}

struct Result {
    Tally tally;
    std::string first;  // complaint, with its seed
    std::int64_t doubled = 0;
    std::int64_t wrong = 0;
};

// With `until_doubled` only as far as the first post that went out twice.
Result explore(std::int64_t runs, const Setting& setting, bool until_doubled = false) {
    static Database database;
    const auto first_seed = number_from("CAAS_SIM_SEED", 1);
    Result result;
    for (std::int64_t i = 0; i < runs; ++i) {
        const auto seed = static_cast<std::uint64_t>(first_seed + i);
        World world(database, seed, setting);
        const auto complaints = world.run();
        result.tally.add(world.tally());
        bool is_doubled = false;
        for (const auto& complaint : complaints) {
            is_doubled = is_doubled || complaint.find("doubled") != std::string::npos;
            if (result.first.size() < 2000)
                result.first += "\nseed " + std::to_string(seed) + ": " + complaint;
        }
        result.doubled += is_doubled ? 1 : 0;
        result.wrong += complaints.empty() ? 0 : 1;
        if (is_doubled && until_doubled)
            break;
    }
    return result;
}

TEST_CASE("no schedule doubles, loses or forgets a post") {
    const auto result = explore(number_from("CAAS_SIM_RUNS", 250), {});

    const auto& tally = result.tally;
    MESSAGE(
        tally.runs,
        " runs from seed ",
        number_from("CAAS_SIM_SEED", 1),
        ", ",
        tally.events,
        " events, ",
        tally.posts,
        " posts, ",
        tally.published,
        " published, ",
        tally.things,
        " things, ",
        tally.kills,
        " kills (",
        tally.kills_in_flight,
        " in flight), ",
        tally.stalls,
        " stalls, ",
        tally.lanes_lost,
        " lanes lost, ",
        tally.late,
        " late arrivals, ",
        tally.in_doubt,
        " settled by a person, ",
        tally.faults,
        " faults of the store, ",
        tally.edits,
        " edits, ",
        tally.jumps,
        " jumps of a clock");
    CHECK_MESSAGE(result.wrong == 0, result.first);
    CHECK(tally.kills_in_flight > 0);
    CHECK(tally.lanes_lost > 0);
    CHECK(tally.jumps > 0);
}

TEST_CASE("no schedule full of stalls doubles, loses or forgets a post") {
    Setting setting;
    setting.is_about_stalls = true;

    const auto result = explore(number_from("CAAS_SIM_RUNS", 60), setting);

    MESSAGE(result.tally.runs, " runs, ", result.tally.lanes_lost, " lanes lost");
    CHECK_MESSAGE(result.wrong == 0, result.first);
    CHECK(result.tally.lanes_lost > 0);
}

// How many runs it took, or how many of all that were asked for doubled a post.
void check_found(const Setting& setting) {
    const auto asked = number_from("CAAS_SIM_RUNS", 0);
    const auto result = explore(asked > 0 ? asked : 2000, setting, asked == 0);

    MESSAGE(result.doubled, " of ", result.tally.runs, " runs doubled a post: ", result.first);
    CHECK(result.doubled > 0);
}

TEST_CASE("without the fence the simulator finds the doubled post") {
    Setting setting;
    setting.guards.has_fence = false;
    setting.is_about_stalls = true;
    check_found(setting);
}

TEST_CASE("without the lane the simulator finds the doubled post") {
    Setting setting;
    setting.guards.has_lane = false;
    check_found(setting);
}

TEST_CASE("without the journal the simulator finds the doubled post") {
    Setting setting;
    setting.guards.has_journal = false;
    check_found(setting);
}

}  // namespace
}  // namespace caas::sim
