#include "core/base/id.h"

#include <algorithm>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"

namespace caas {
namespace {

TEST_CASE("an id is a UUID of version 7 that begins with its time") {
    const fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker maker(clock, random);

    const auto text = maker.text();

    CHECK(is_uuid(text));
    CHECK(text[14] == '7');
    CHECK(std::string("89ab").find(text[19]) != std::string::npos);
    // 1795341600000 ms
    CHECK(text.substr(0, 13) == "01a202b2-c500");
}

TEST_CASE("ten thousand ids of one millisecond are distinct and in order") {
    const fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker maker(clock, random);
    std::vector<std::string> ids;
    for (int i = 0; i < 10000; ++i)
        ids.push_back(maker.text());

    CHECK(std::is_sorted(ids.begin(), ids.end()));
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("ids keep their order when the clock is set back") {
    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker maker(clock, random);

    const auto first = maker.text();
    clock.jump(Milliseconds(-3600000));
    const auto second = maker.text();

    CHECK(first < second);
}

TEST_CASE("ids of several threads are distinct") {
    const fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker maker(clock, random);
    std::vector<std::vector<std::string>> made(4);
    {
        std::vector<std::jthread> threads;
        for (auto& own : made)
            threads.emplace_back([&own, &maker] {
                for (int i = 0; i < 500; ++i)
                    own.push_back(maker.text());
            });
    }
    std::set<std::string> all;
    for (const auto& own : made)
        all.insert(own.begin(), own.end());

    CHECK(all.size() == 2000);
}

TEST_CASE("only whole lower-case UUIDs pass") {
    CHECK(is_uuid("01a2030c-8900-7abc-8def-0123456789ab"));
    CHECK_FALSE(is_uuid("01A2030C-8900-7abc-8def-0123456789ab"));
    CHECK_FALSE(is_uuid("01a2030c-8900-7abc-8def-0123456789a"));
    CHECK_FALSE(is_uuid("01a2030c-8900-7abc-8def-0123456789abc"));
    CHECK_FALSE(is_uuid("01a2030c08900-7abc-8def-0123456789ab"));
    CHECK_FALSE(is_uuid("01a2030c-8900-7abc-8def-0123456789ag"));
    CHECK_FALSE(is_uuid(""));
}

TEST_CASE("ids compare by their text") {
    CHECK(PostId("a") < PostId("b"));
    CHECK(PostId("a") == PostId("a"));
    CHECK(PostId().empty());
    static_assert(!std::is_convertible_v<PostId, VersionId>);
    static_assert(!std::is_convertible_v<std::string, PostId>);
}

}  // namespace
}  // namespace caas
