#include "daemon/options.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace caas {
namespace {

using daemon::parse_options;

daemon::Options parse(const std::vector<std::string_view>& arguments) {
    return parse_options(arguments);
}

// What a refused command line is told, and how to mend it.
std::string refusal(const std::vector<std::string_view>& arguments) {
    try {
        parse_options(arguments);
    } catch (const Error& error) {
        CHECK(facts(error.code()).exit_status == 2);
        return std::string(error.what()) + " | " + error.hint();
    }
    return "taken";
}

TEST_CASE("no arguments are the ordinary daemon") {
    const auto options = parse({});

    CHECK(!options.config);
    CHECK(!options.home);
    CHECK(!options.listen);
    CHECK(!options.is_once);
    CHECK(!options.is_check);
}

TEST_CASE("flags with values are read with a blank or an equals sign") {
    const auto options =
        parse({"--config", "/etc/a.toml", "--home=/srv/caas", "--listen", "[::1]:0", "--once"});

    CHECK(options.config == "/etc/a.toml");
    CHECK(options.home == "/srv/caas");
    CHECK(options.listen == "[::1]:0");
    CHECK(options.is_once);
}

TEST_CASE("a sandbox has a configuration of its own, and its daemon stays") {
    CHECK(parse({"--sandbox"}).is_sandbox);
    const auto once = refusal({"--sandbox", "--once"});
    CHECK(once.find("exclude each other") != std::string::npos);
    CHECK(once.find("as long as it runs") != std::string::npos);
    CHECK(once.find("config.toml") == std::string::npos);
    CHECK(refusal({"--sandbox", "--config", "a"}).find("own home") != std::string::npos);
}

TEST_CASE("help and version have short forms") {
    CHECK(parse({"-h"}).asks_help);
    CHECK(parse({"--help"}).asks_help);
    CHECK(parse({"-V"}).asks_version);
    CHECK(parse({"--version"}).asks_version);
}

TEST_CASE("an unknown flag is named with the nearest one") {
    CHECK(refusal({"--lisen", "x"}) == "unknown argument: --lisen | Did you mean --listen?");
    CHECK(refusal({"--frobnicate"}) == "unknown argument: --frobnicate | See: caasd --help");
    CHECK(refusal({"start"}) == "unknown argument: start | See: caasd --help");
    CHECK(refusal({""}).starts_with("unknown argument: "));
}

TEST_CASE("missing, empty, surplus and doubled values are refused") {
    CHECK(refusal({"--home"}).starts_with("--home needs a value: DIR"));
    CHECK(refusal({"--home="}).starts_with("--home needs a value: DIR"));
    CHECK(refusal({"--once=yes"}).starts_with("--once takes no value"));
    CHECK(refusal({"--home", "a", "--home", "b"}).starts_with("--home is given twice"));
    CHECK(refusal({"--once", "--check"}).starts_with("--once and --check"));
}

TEST_CASE("the help names every flag") {
    const auto help = daemon::help_text();

    for (const auto* flag :
         {"--config FILE", "--home DIR", "--listen HOST:PORT", "--once", "--check", "--version"})
        CHECK(help.find(flag) != std::string::npos);
}

TEST_CASE("the help names the short forms") {
    const auto help = daemon::help_text();

    CHECK(help.find("-V, --version ") != std::string::npos);
    CHECK(help.find("-h, --help ") != std::string::npos);
}

TEST_CASE("the manual and the help name the same flags") {
    const auto manual =
        read_file(std::filesystem::path(CAAS_SOURCE_DIR) / "man/caasd.8.scd", 1U << 20U);
    const auto options = manual.find("\n# OPTIONS\n");
    REQUIRE(options != std::string::npos);
    const auto help = daemon::help_text();
    const auto flags_in = [](const std::string& text) {
        std::set<std::string> flags;
        for (auto at = text.find("--"); at != std::string::npos; at = text.find("--", at + 2)) {
            const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at + 2);
            if (end > at + 2)
                flags.insert(text.substr(at, end - at));
        }
        return flags;
    };

    CHECK(
        flags_in(manual.substr(options, manual.find("\n# ", options + 1) - options)) ==
        flags_in(help));
}

}  // namespace
}  // namespace caas
