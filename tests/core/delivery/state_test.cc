#include "core/delivery/state.h"

#include <set>
#include <tuple>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

TEST_CASE("every state has a name that reads back") {
    for (const auto state : post_states)
        CHECK(parse_post_state(name(state)) == state);
    CHECK_FALSE(parse_post_state("sent"));
}

TEST_CASE("no row of the table stands twice") {
    std::set<std::tuple<PostState, Event, PostState>> rows;
    for (const auto& row : transitions)
        CHECK(rows.emplace(row.from, row.event, row.to).second);
}

TEST_CASE("published and canceled posts stay what they are") {
    for (const auto& row : transitions) {
        CHECK(row.from != PostState::published);
        CHECK(row.from != PostState::canceled);
    }
}

TEST_CASE(
    "a post that may have gone out is never canceled, moved or missed without being certain") {
    for (const auto& row : transitions) {
        if (row.from != PostState::unconfirmed && row.from != PostState::publishing)
            continue;
        CHECK(row.event != Event::cancel);
        CHECK(row.event != Event::move);
        // Only by a person's word that it is not out.
        if (row.to == PostState::canceled)
            CHECK(row.event == Event::deny);
    }
}

TEST_CASE("only the transitions of the table can be stored") {
    Rig rig;
    const auto id = rig.add_post();
    int stored = 0;
    for (const auto from : post_states) {
        for (const auto event : events) {
            for (const auto to : post_states) {
                rig.force(id, from);
                const auto before = rig.post(id);
                auto after = before;
                after.state = to;
                bool is_refused = false;
                try {
                    rig.write([&](store::Transaction& transaction) {
                        save(transaction, before, after, event);
                    });
                } catch (const Error& error) {
                    is_refused = error.code() == Code::internal;
                }

                CHECK(is_refused == !is_allowed(from, event, to));
                CHECK(rig.post(id).state == (is_refused ? from : to));
                stored += is_refused ? 0 : 1;
            }
        }
    }
    CHECK(stored == static_cast<int>(transitions.size()));
}

TEST_CASE("only the transitions of the table can be stored for many posts at once") {
    Rig rig;
    const auto id = rig.add_post();
    for (const auto from : post_states) {
        for (const auto event : events) {
            for (const auto to : post_states) {
                if (is_allowed(from, event, to))
                    continue;
                rig.force(id, from);
                CHECK_THROWS_AS(
                    rig.write([&](store::Transaction& transaction) {
                        save_all(
                            transaction, rig.account, from, to, event, Touched::any, Instant());
                    }),
                    Error);
            }
        }
    }
}

TEST_CASE("a post that changed meanwhile is not overwritten") {
    Rig rig;
    const auto before = rig.post(rig.add_post());
    rig.force(before.id, PostState::canceled);
    auto after = before;
    after.state = PostState::publishing;

    CHECK_THROWS_AS(
        rig.write([&](store::Transaction& transaction) {
            save(transaction, before, after, Event::claim);
        }),
        Error);
    CHECK(rig.post(before.id).state == PostState::canceled);
}

TEST_CASE("no other file writes posts, and those of turns and removals write no state") {
    std::set<std::string> writers;
    const auto core = std::filesystem::path(CAAS_SOURCE_DIR) / "core";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(core)) {
        const auto extension = entry.path().extension();
        if (extension != ".cc" && extension != ".h")
            continue;
        const auto text = read_file(entry.path(), 1U << 20U);
        if (text.find("UPDATE post\n") == std::string::npos &&
            text.find("UPDATE post ") == std::string::npos)
            continue;
        const auto name = entry.path().filename().string();
        writers.insert(name);
        const bool writes_state = text.find("SET state") != std::string::npos ||
                                  text.find(", state =") != std::string::npos;
        CHECK((name == "post.cc" || !writes_state));
    }
    CHECK(writers == std::set<std::string>{"post.cc", "removal.cc", "turn.cc"});
}

TEST_CASE("the manual prints the table as it is") {
    const auto table = transition_table();
    const auto manual =
        read_file(std::filesystem::path(CAAS_SOURCE_DIR) / "man" / "caasd.8.scd", 1U << 20U);

    CHECK(table.find("|  draft\n:  schedule\n:  scheduled, paused\n") != std::string::npos);
    CHECK_MESSAGE(manual.find("\n" + table + "\n") != std::string::npos, "it should be:\n", table);
}

}  // namespace
}  // namespace caas::delivery
