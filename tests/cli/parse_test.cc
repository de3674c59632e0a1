#include "cli/parse.h"

#include <doctest/doctest.h>

#include "cli/command/commands.h"
#include "core/base/error.h"

namespace caas::cli {
namespace {

Parsed read(const std::vector<std::string>& words) {
    return parse(command::all(), words);
}

// What the refusal says, with its hint.
std::string refusal(const std::vector<std::string>& words) {
    try {
        read(words);
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return std::string(error.what()) + " | " + error.hint();
    }
    return "";
}

TEST_CASE("a command below a command is found with its options and arguments") {
    const auto parsed = read({"content", "show", "1a2b", "--version", "2"});

    CHECK(path_text(parsed.path) == "content show");
    CHECK(parsed.arguments == std::vector<std::string>{"1a2b"});
    CHECK(parsed.options.at("version") == std::vector<std::string>{"2"});
}

TEST_CASE("options of every command may stand before, between and after the command") {
    const auto parsed = read({"--home", "/h", "content", "--json", "list", "-q"});

    CHECK(path_text(parsed.path) == "content list");
    CHECK(parsed.options.at("home") == std::vector<std::string>{"/h"});
    CHECK(parsed.has("json"));
    CHECK(parsed.has("quiet"));
}

TEST_CASE("an option with an equals sign and nothing behind it has the empty value") {
    const auto parsed = read({"generate", "--model=", "a prompt"});

    CHECK(parsed.options.at("model") == std::vector<std::string>{""});
    CHECK(parsed.arguments == std::vector<std::string>{"a prompt"});
}

TEST_CASE("a word that is the value of an option is not looked into") {
    const auto parsed = read({"generate", "--model", "--yes=", "--voice", "--yes=no", "a prompt"});

    CHECK(parsed.options.at("model") == std::vector<std::string>{"--yes="});
    CHECK(parsed.options.at("voice") == std::vector<std::string>{"--yes=no"});
    CHECK_FALSE(parsed.has("yes"));
    CHECK(read({"generate", "--", "--yes=no"}).arguments.front() == "--yes=no");
}

TEST_CASE("a switch takes no value") {
    const std::string said = "`--yes` takes no value | write it alone, or leave it out";

    CHECK(refusal({"content", "list", "--yes=false"}) == said);
    CHECK(refusal({"content", "list", "--yes=foo"}) == said);
    CHECK(refusal({"content", "list", "--yes=300000000"}) == said);
    CHECK(refusal({"--yes=true", "content", "list"}) == said);
    CHECK(refusal({"content", "list", "--yes="}) == said);
}

TEST_CASE("an option may be repeated where that makes sense and takes one word each time") {
    const auto parsed = read({"schedule", "--account", "a", "--account", "b", "1a2b"});

    CHECK(parsed.options.at("account") == std::vector<std::string>{"a", "b"});
    CHECK(parsed.arguments == std::vector<std::string>{"1a2b"});
}

TEST_CASE("an option that makes no sense twice is refused the second time") {
    CHECK(
        refusal({"schedule", "1a2b", "--in", "1h", "--in", "2h"}) ==
        "`--in` was given more than once | ");
}

TEST_CASE("a dash is an argument and so is what follows two dashes") {
    CHECK(read({"lint", "-"}).arguments == std::vector<std::string>{"-"});
    CHECK(read({"generate", "--", "--json"}).arguments == std::vector<std::string>{"--json"});
    CHECK_FALSE(read({"generate", "--", "--json"}).has("json"));
}

TEST_CASE("a text that begins with a dash and a space is an argument") {
    CHECK(read({"generate", "- a list"}).arguments == std::vector<std::string>{"- a list"});
}

TEST_CASE("an argument or a value in square brackets keeps them and its commas") {
    const auto parsed = read({"generate", "[one, two]", "--tone", "[a,b]", "--model=[c]"});

    CHECK(parsed.arguments == std::vector<std::string>{"[one, two]"});
    CHECK(parsed.options.at("tone") == std::vector<std::string>{"[a,b]"});
    CHECK(parsed.options.at("model") == std::vector<std::string>{"[c]"});
    CHECK(read({"generate", "[]"}).arguments == std::vector<std::string>{"[]"});
    CHECK(read({"voice", "set", "[brand]", "f"}).arguments.front() == "[brand]");
}

TEST_CASE("arguments keep their order between options and before what follows two dashes") {
    const auto parsed = read({"media", "add", "a.png", "--json", "[b].png", "--", "-c.png"});

    CHECK(parsed.arguments == std::vector<std::string>{"a.png", "[b].png", "-c.png"});
}

TEST_CASE("a negative number is an argument") {
    CHECK(read({"generate", "-5"}).arguments == std::vector<std::string>{"-5"});
}

TEST_CASE("a mistyped command names the nearest one") {
    CHECK(
        refusal({"contnet"}) ==
        "There is no command `caas contnet` | did you mean `caas content`?");
    CHECK(
        refusal({"content", "shwo", "1a2b"}) ==
        "There is no command `caas content shwo` | did you mean `caas content show`?");
}

TEST_CASE("a word that is near no command points to the help") {
    CHECK(refusal({"xyzzyplugh"}) == "There is no command `caas xyzzyplugh` | see `caas --help`");
}

TEST_CASE("a mistyped option names the nearest one") {
    CHECK(
        refusal({"generate", "hello", "--platfrom", "x"}) ==
        "`caas generate` has no option `--platfrom` | did you mean `--platform`?");
    CHECK(
        refusal({"generate", "hello", "--platfrom=x"}) ==
        "`caas generate` has no option `--platfrom` | did you mean `--platform`?");
}

TEST_CASE("an option without its value is refused") {
    CHECK(refusal({"schedule", "1a2b", "--at"}).find("lacks its value") != std::string::npos);
}

TEST_CASE("a missing argument is named") {
    CHECK(refusal({"generate"}) == "`caas generate` needs PROMPT | see `caas generate --help`");
    CHECK(
        refusal({"content", "restore", "1a2b"}) ==
        "`caas content restore` needs VERSION | see `caas content restore --help`");
}

TEST_CASE("an argument that is empty or all blank is refused") {
    CHECK(
        refusal({"content", "show", ""}) ==
        "`caas content show` needs ID, and what was given is empty | is a variable of your script "
        "empty?");
    CHECK(refusal({"content", "diff", "1a2b", " \t"}).find("needs FROM,") != std::string::npos);
    CHECK(refusal({"org", "create", "\n"}).find("needs NAME,") != std::string::npos);
    CHECK(refusal({"media", "add", "a.png", ""}).find("needs FILE,") != std::string::npos);
    CHECK(refusal({"content", "show", "--", ""}).find("needs ID,") != std::string::npos);
}

TEST_CASE("an empty prompt is a text that the API refuses") {
    CHECK(read({"generate", ""}).arguments == std::vector<std::string>{""});
}

TEST_CASE("a surplus argument is refused and quotes are suggested") {
    CHECK(
        refusal({"generate", "two", "words"}) ==
        "`caas generate` does not take `words` | put a text with spaces between quotes");
}

TEST_CASE("asking for help needs no arguments") {
    CHECK(read({"generate", "--help"}).has("help"));
    CHECK(read({"content", "-h"}).has("help"));
}

TEST_CASE("version is a question to caas but a number to content show") {
    CHECK(read({"--version"}).has("version"));
    CHECK(read({"content", "show", "1a2b", "--version", "3"}).options.at("version").front() == "3");
    CHECK(
        refusal({"content", "list", "--version"}).find("has no option `--version`") !=
        std::string::npos);
}

TEST_CASE("no two rows of a level share a name and every leaf can be carried out") {
    const std::function<void(std::span<const Command* const>)> walk =
        [&](std::span<const Command* const> commands) {
            std::vector<std::string_view> names;
            for (const auto* command : commands) {
                CHECK(std::find(names.begin(), names.end(), command->name) == names.end());
                names.push_back(command->name);
                CHECK((command->run == nullptr) == !command->children.empty());
                CHECK_FALSE(command->summary.empty());
                CHECK(command->summary.back() != '.');
                walk(command->children);
            }
        };

    walk(command::all());
}

}  // namespace
}  // namespace caas::cli
