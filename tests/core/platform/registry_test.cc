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
        CAPTURE(driver->id);
        const bool can = driver->can_publish();
        CHECK((driver->perform != nullptr) == can);
        CHECK((driver->look != nullptr) == can);
        if (can)
            CHECK(driver->can_connect());
    }
}

TEST_CASE("what can be connected can be checked, by what is typed or by a browser") {
    for (const auto* driver : all()) {
        CAPTURE(driver->id);
        CHECK((driver->check != nullptr) == driver->can_connect());
        CHECK(driver->fields.empty() == (driver->connect == nullptr));
        if (driver->sign_in == nullptr)
            continue;
        const auto& sign_in = *driver->sign_in;
        CHECK((sign_in.authorize != nullptr));
        CHECK((sign_in.exchange != nullptr));
        REQUIRE_FALSE(sign_in.kinds.empty());
        for (const auto& kind : sign_in.kinds)
            CHECK_FALSE(kind.scopes.empty());
        CHECK((sign_in.enroll != nullptr) == sign_in.registration.empty());
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

TEST_CASE("every platform can be connected") {
    for (const auto* driver : all())
        CHECK(get_connectable(driver->id).id == driver->id);
}

}  // namespace
}  // namespace caas::platform
