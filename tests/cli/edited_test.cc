#include "cli/edited.h"

#include <filesystem>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

constexpr auto made =
    R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","title":"","latest":2,"text":"Hello",)"
    R"("created_at":"2026-11-22T09:00:00.000Z","updated_at":"2026-11-22T09:57:00.000Z",)"
    R"("version":{"number":2,"origin":"generated","provider":"openai","model":"gpt-5-mini",)"
    R"("parts":[{"text":"Hello","media":[]}],"overrides":{"x":{"parts":[{"text":"Hi"}]}},)"
    R"("marks":["x.text.shortened"],"digest":"abc","cost_usd":0.0021,)"
    R"("created_at":"2026-11-22T09:57:00.000Z"}})";

TEST_CASE("content edit does not promise a file that the editor removed") {
    Stage stage;
    stage.terminal.in_is_terminal = true;
    stage.terminal.variables = {{"EDITOR", "other"}};
    stage.edit = [](const std::string&, const std::string& file) { std::filesystem::remove(file); };
    stage.answer(200, made);

    CHECK(stage.run({"content", "edit", "1a2b"}) == 4);

    CHECK(stage.terminal.err.find("`other` left no file") != std::string::npos);
    CHECK(stage.terminal.err.find("nothing was changed") != std::string::npos);
    CHECK(stage.terminal.err.find("is kept") == std::string::npos);
}

}  // namespace
}  // namespace caas::cli
