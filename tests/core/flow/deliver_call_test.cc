// What is looked at before a driver is called.
#include "core/flow/deliver_call.h"

#include <array>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_random.h"

namespace caas::flow {
namespace {

using delivery::AttemptState;
using delivery::Ending;

// A thread of two parts, each with a picture, whose files are looked at without sending any.
struct Thread {
    fake::FakeHttp http;
    fake::FakeClock clock;
    fake::FakeRandom random;
    platform::Driver driver = platform::get("webhook");
    platform::Publication publication;
    delivery::Journal journal;
    platform::Access access;
    std::array<int, 2> looked_at{};

    Thread() {
        driver.perform = [](const platform::Publication&,
                            const platform::Step&,
                            const platform::Journal&,
                            const platform::Access&,
                            const platform::Tools&) -> platform::Outcome {
            return platform::Done{};
        };
        publication.parts.resize(2);
        for (auto& part : publication.parts)
            part.media.push_back({.id = "picture"});
        for (std::size_t i = 0; i < 2; ++i)
            publication.parts[i].media[0].verify = [this, i](const auto& /*pulse*/) {
                ++looked_at.at(i);
            };
        begin(0, false);
    }

    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    void begin(int part, bool publishes) {
        auto& step = journal.emplace_back();
        step.step = "upload";
        step.part = part;
        step.publishes = publishes;
    }

    void spoil(int part, Code code) {
        publication.parts[static_cast<std::size_t>(part)].media[0].verify =
            [code](const auto& /*pulse*/) {
                throw Error(code, "The file of p.png is spoilt", "add it again");
            };
    }

    delivery::Outcome perform() {
        return flow::perform(
            {driver, publication, journal, access, http, clock, random, std::chrono::seconds(30)});
    }
};

TEST_CASE("a post whose picture is damaged or missing is refused, whatever part shows it") {
    for (const int part : {0, 1}) {
        Thread it;
        it.spoil(part, Code::invalid);
        const auto damaged = it.perform();
        CHECK(damaged.ending == Ending::refused);
        CHECK(damaged.code == "media_damaged");
        CHECK(damaged.message == "The file of p.png is spoilt: add it again");

        it.spoil(part, Code::not_found);
        CHECK(it.perform().ending == Ending::refused);
        CHECK(it.perform().code == "media_missing");
    }
}

TEST_CASE("a picture that cannot be had just now is no fault of the post") {
    Thread it;
    it.spoil(0, Code::unavailable);

    CHECK(it.perform().ending == Ending::returned);
    CHECK(it.perform().code == "unavailable");
}

TEST_CASE("a large file takes as long as it takes, but nothing is sent after a halt meanwhile") {
    Thread it;
    auto& verify = it.publication.parts[0].media[0].verify;
    verify = [&it](const auto& pulse) {
        for (int piece = 0; piece < 20; ++piece) {
            it.clock.advance(std::chrono::seconds(5));
            pulse();
        }
    };
    CHECK(it.perform().ending == Ending::done);

    verify = [&it](const auto& pulse) {
        pulse();
        it.clock.advance(std::chrono::seconds(11));
        pulse();
    };
    const auto halted = it.perform();
    CHECK(halted.ending == Ending::returned);
    CHECK(halted.code == "stalled");
}

TEST_CASE("files are looked at before a part begins, and not before each of its steps") {
    Thread it;
    CHECK(it.perform().ending == Ending::done);
    CHECK(it.looked_at[0] == 1);
    CHECK(it.looked_at[1] == 1);

    it.journal.back().state = AttemptState::done;
    it.begin(0, true);
    CHECK(it.perform().ending == Ending::done);
    CHECK(it.looked_at[0] == 1);

    it.journal.back().state = AttemptState::done;
    it.begin(1, false);
    CHECK(it.perform().ending == Ending::done);
    CHECK(it.looked_at[0] == 1);
    CHECK(it.looked_at[1] == 2);
}

TEST_CASE("a step that may have published is repeated without a look at the files") {
    Thread it;
    it.journal.back().publishes = true;
    it.journal.back().state = AttemptState::unknown;
    it.begin(0, true);
    it.spoil(0, Code::invalid);

    CHECK(it.perform().ending == Ending::done);
}

TEST_CASE("a step that certainly failed is repeated after a look at the files") {
    Thread it;
    it.journal.back().state = AttemptState::failed;
    it.begin(0, true);
    it.spoil(0, Code::invalid);

    CHECK(it.perform().ending == Ending::refused);
}

TEST_CASE("a step that goes on does not look at the files again") {
    Thread it;
    it.journal.back().cursor = R"({"segment":1})";

    CHECK(it.perform().ending == Ending::done);
    CHECK(it.looked_at[0] == 0);
}

}  // namespace
}  // namespace caas::flow
