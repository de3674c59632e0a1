#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/platform/driver.h"

namespace caas::platform {
namespace {

std::string hint_for(std::string_view id) {
    try {
        get(id);
    } catch (const Error& error) {
        return error.hint();
    }
    return "found";
}

TEST_CASE("the platforms are listed in alphabetical order, each with a style and a title") {
    const auto drivers = all();

    CHECK(drivers.size() == 9);
    CHECK(std::ranges::is_sorted(drivers, {}, [](const Driver* driver) { return driver->id; }));
    for (const auto* driver : drivers) {
        CHECK_FALSE(driver->title.empty());
        CHECK_FALSE(driver->limits.style.empty());
        CHECK(find(driver->id) == driver);
    }
}

TEST_CASE("what can publish has every function it needs") {
    for (const auto* driver : all()) {
        const bool can = driver->can_publish();
        CHECK((driver->perform != nullptr) == can);
        CHECK((driver->look != nullptr) == can);
        const bool is_connectable = driver->connect != nullptr;
        CHECK((driver->check != nullptr) == is_connectable);
        CHECK(driver->fields.empty() != is_connectable);
        CHECK((can || !is_connectable));
    }
}

TEST_CASE("twitter is taken for x") {
    CHECK(get("twitter").id == "x");
}

TEST_CASE("an unknown platform is answered with the nearest one") {
    CHECK(hint_for("blusky") == "Did you mean bluesky?");
    CHECK(hint_for("linkdin") == "Did you mean linkedin?");
    CHECK(hint_for("zzzzzzzzz").starts_with("The platforms are bluesky, "));
    CHECK(find("") == nullptr);
    CHECK(find("X") == nullptr);
}

TEST_CASE("a platform that is only written for cannot be connected, and is told so") {
    CHECK_THROWS_WITH_AS(
        get_connectable("linkedin"),
        "LinkedIn cannot be connected yet: this version writes and checks posts for it only",
        Error);
    CHECK(get_connectable("bluesky").id == "bluesky");
}

}  // namespace
}  // namespace caas::platform
