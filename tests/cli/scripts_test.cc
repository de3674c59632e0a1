#include <filesystem>

#include <doctest/doctest.h>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "core/base/file.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

// Calls `act` with every command that can be carried out.
void each_leaf(
    std::span<const Command* const> commands,
    std::vector<const Command*> above,
    const std::function<void(const std::vector<const Command*>&)>& act) {
    for (const auto* command : commands) {
        auto path = above;
        path.push_back(command);
        if (command->run != nullptr)
            act(path);
        each_leaf(command->children, path, act);
    }
}

TEST_CASE("each shell has a completion that knows every command and option") {
    for (const auto* shell : {"bash", "zsh", "fish"}) {
        Stage stage;
        CHECK(stage.run({"completion", shell}) == 0);
        each_leaf(command::all(), {}, [&](const std::vector<const Command*>& path) {
            INFO(shell, " ", path_text(path));
            CHECK(stage.terminal.out.find(path_text(path)) != std::string::npos);
            for (const auto& option : path.back()->options)
                CHECK(stage.terminal.out.find(std::string(option.name)) != std::string::npos);
        });
    }
}

TEST_CASE("there is no completion for a shell nobody knows") {
    Stage stage;

    CHECK(stage.run({"completion", "csh"}) == 2);
}

TEST_CASE("the page of a command has every option of its help") {
    for (const auto* command : command::all()) {
        const auto page = command_page(*command);
        INFO(command->name);
        for (const auto* section :
             {"# NAME",
              "# SYNOPSIS",
              "# DESCRIPTION",
              "# EXIT STATUS",
              "# ENVIRONMENT",
              "# FILES",
              "# SEE ALSO"})
            CHECK(page.find(section) != std::string::npos);
        const std::vector<const Command*> top{command};
        each_leaf(top, {}, [&](const std::vector<const Command*>& path) {
            for (const auto& option : path.back()->options)
                CHECK(page.find("*--" + std::string(option.name) + "*") != std::string::npos);
        });
    }
}

TEST_CASE("the main page names every command") {
    const auto page = main_page(command::all());

    for (const auto* command : command::all())
        CHECK(page.find("*caas-" + std::string(command->name) + "*(1)") != std::string::npos);
    for (const auto& option : global_options())
        CHECK(page.find("*--" + std::string(option.name) + "*") != std::string::npos);
}

TEST_CASE("help writes one page for each command into a folder, which it makes") {
    const auto folder = std::filesystem::temp_directory_path() / "caas-test-manual";
    std::filesystem::remove_all(folder);
    Stage stage;

    CHECK(stage.run({"help", "--scdoc", (folder / "pages").string()}) == 0);

    CHECK(std::filesystem::exists(folder / "pages" / "caas.1.scd"));
    CHECK(std::filesystem::exists(folder / "pages" / "caas-content.1.scd"));
    std::filesystem::remove_all(folder);
}

TEST_CASE("help says why it cannot make the folder of the pages") {
    Stage stage;

    CHECK(stage.run({"help", "--scdoc", ""}) == 2);
    CHECK(stage.run({"help", "--scdoc", "/dev/null/pages"}) == 4);

    CHECK(stage.terminal.err.find("Cannot make the folder /dev/null/pages") != std::string::npos);
}

}  // namespace
}  // namespace caas::cli
