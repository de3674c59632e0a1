#include <algorithm>
#include <stdexcept>

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

Error refusal(std::string_view id) {
    try {
        provider::get(id);
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("nothing was thrown");
}

TEST_CASE("an unknown provider is refused with those there are and the one that is near") {
    const std::string all =
        "The providers are anthropic, gemini, offline, openai, openai-compatible";

    const auto typo = refusal("opnai");
    CHECK(typo.code() == Code::invalid);
    CHECK(std::string(typo.what()) == "There is no provider `opnai`");
    CHECK(typo.hint() == "did you mean openai? " + all);
    CHECK(typo.details().at(0).pointer == "/provider");
    // None of them is near: a guess would only mislead.
    CHECK(refusal("nope").hint() == all);
    CHECK(refusal("").hint() == all);
    CHECK(std::string(refusal(std::string(5000, 'x')).what()).size() < 120);
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
