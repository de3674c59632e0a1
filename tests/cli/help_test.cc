#include "cli/help.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cli/print/width.h"
#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

std::string help_of(const std::vector<std::string>& words) {
    Stage stage;
    CHECK(stage.run(words) == 0);
    return stage.terminal.out;
}

TEST_CASE("help names the options of a command with their choices") {
    const auto text = help_of({"generate", "--help"});

    CHECK(text.find("Usage: caas generate [OPTIONS] PROMPT") != std::string::npos);
    CHECK(text.find("--platform LIST") != std::string::npos);
    CHECK(text.find("bluesky") != std::string::npos);
    CHECK(text.find("professional") != std::string::npos);
    CHECK(text.find("offline") != std::string::npos);
}

TEST_CASE("help of a command is the same however it is asked for") {
    CHECK(help_of({"content", "add", "--help"}) == help_of({"help", "content", "add"}));
    CHECK(help_of({"--help"}) == help_of({"help"}));
}

TEST_CASE("a topic prints its page") {
    CHECK(help_of({"help", "exit-codes"}).find("75   temporary") != std::string::npos);
    CHECK(help_of({"help", "environment"}).find("CAAS_TOKEN") != std::string::npos);
    CHECK(help_of({"help", "formatting"}).find("--json") != std::string::npos);
}

TEST_CASE("help is JSON where it is asked for") {
    const auto topic = json::parse(help_of({"help", "exit-codes", "--json"}), "the help");
    CHECK(topic.at("text").get<std::string>().find("75   temporary") != std::string::npos);
    const auto command = json::parse(help_of({"help", "content", "add", "--json"}), "the help");
    CHECK(command.at("text") == help_of({"help", "content", "add"}));
}

TEST_CASE("help for what does not exist names the nearest command") {
    Stage stage;

    CHECK(stage.run({"help", "publsh"}) == 2);

    CHECK(stage.terminal.err.find("caas publish") != std::string::npos);
}

TEST_CASE("no line of help is wider than a terminal, examples aside") {
    const std::function<void(const std::vector<std::string>&, std::span<const Command* const>)>
        walk =
            [&](const std::vector<std::string>& above, std::span<const Command* const> commands) {
                for (const auto* command : commands) {
                    auto words = above;
                    words.emplace_back(command->name);
                    const auto text = help_of(words);
                    const auto end = text.find("\nExamples:");
                    std::string_view rest(text);
                    rest = rest.substr(0, end);
                    while (!rest.empty()) {
                        const auto line = rest.substr(0, rest.find('\n'));
                        CHECK(print::width(line) <= 80);
                        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
                    }
                    walk(words, command->children);
                }
            };

    walk({"help"}, command::all());
}

}  // namespace
}  // namespace caas::cli
