#include <algorithm>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/provider/driver.h"

namespace caas {
namespace {

TEST_CASE("the five providers are there in alphabetical order") {
    std::vector<std::string> ids;
    for (const auto* driver : provider::all())
        ids.emplace_back(driver->id);

    CHECK(
        ids ==
        std::vector<std::string>{"anthropic", "gemini", "offline", "openai", "openai-compatible"});
    CHECK(std::is_sorted(ids.begin(), ids.end()));
}

TEST_CASE("an unknown provider is refused with the nearest one") {
    try {
        provider::get("opnai");
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.code() == Code::invalid);
        CHECK(std::string(error.what()) == "There is no provider \"opnai\"; did you mean openai?");
    }
    CHECK(provider::find("opnai") == nullptr);
    CHECK(provider::find("gemini")->id == "gemini");
}

TEST_CASE("the tones are those of the contract") {
    const auto tones = provider::tones();

    CHECK(
        std::vector<std::string>(tones.begin(), tones.end()) ==
        std::vector<std::string>{
            "professional", "casual", "humorous", "inspirational", "educational"});
}

}  // namespace
}  // namespace caas
