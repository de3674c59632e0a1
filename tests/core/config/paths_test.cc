#include "core/config/paths.h"

#include <doctest/doctest.h>

#include "tests/core/config/settings_folder.h"

namespace caas {
namespace {

config::Paths paths(
    std::map<std::string, std::string> variables, const config::PathFlags& flags = {}) {
    return config::find_paths(config::environment_of(std::move(variables)), flags, {});
}

TEST_CASE("without anything set the files lie in the home of the user") {
    const auto found = paths({{"HOME", "/home/ana"}});

    CHECK(found.config_file == "/home/ana/.config/caas/config.toml");
    CHECK(found.data == "/home/ana/.local/share/caas");
    CHECK(found.database() == "/home/ana/.local/share/caas/caas.db");
    CHECK(found.secret_key() == "/home/ana/.local/share/caas/secret.key");
    CHECK_FALSE(found.must_config_exist);
}

TEST_CASE("the XDG variables move them, relative ones are ignored") {
    const auto moved =
        paths({{"HOME", "/home/ana"}, {"XDG_CONFIG_HOME", "/c"}, {"XDG_DATA_HOME", "/d"}});
    const auto relative = paths({{"HOME", "/home/ana"}, {"XDG_CONFIG_HOME", "c"}});

    CHECK(moved.config_file == "/c/caas/config.toml");
    CHECK(moved.data == "/d/caas");
    CHECK(relative.config_file == "/home/ana/.config/caas/config.toml");
}

TEST_CASE("CAAS_HOME puts everything under one folder, and the flag goes before it") {
    const auto variable = paths({{"HOME", "/home/ana"}, {"CAAS_HOME", "/h"}});
    const auto flag = paths({{"CAAS_HOME", "/h"}, {"STATE_DIRECTORY", "/s"}}, {.home = "/f/../g"});

    CHECK(variable.config_file == "/h/config.toml");
    CHECK(variable.data == "/h");
    CHECK(variable.outbox() == "/h/outbox");
    CHECK(flag.data == "/g");
    CHECK(flag.config_file == "/g/config.toml");
}

TEST_CASE("a relative home is made absolute, so that it stays when the folder changes") {
    CHECK(paths({{"CAAS_HOME", "x"}}).data == std::filesystem::current_path() / "x");
}

TEST_CASE("a service of systemd uses the folders it is given") {
    const auto full = paths(
        {{"HOME", "/"},
         {"STATE_DIRECTORY", "/var/lib/caas:/x"},
         {"CONFIGURATION_DIRECTORY", "/etc/c"}});
    const auto state = paths({{"STATE_DIRECTORY", "/var/lib/caas"}});

    CHECK(full.data == "/var/lib/caas");
    CHECK(full.config_file == "/etc/c/config.toml");
    CHECK(state.config_file == "/etc/caas/config.toml");
}

TEST_CASE("without a home the files lie in the folders of the system") {
    const auto found = paths({});

    CHECK(found.config_file == "/etc/caas/config.toml");
    CHECK(found.data == "/var/lib/caas");
}

TEST_CASE("a file named on the command line is used and must exist") {
    const auto found = paths({{"CAAS_HOME", "/h"}}, {.config = "/etc/other.toml"});

    CHECK(found.config_file == "/etc/other.toml");
    CHECK(found.must_config_exist);
    CHECK(found.data == "/h");
}

TEST_CASE("an installed program finds share beside its prefix") {
    const Folder folder;
    folder.write("usr/share/caas/prompts/post.v1.md", "");

    CHECK(
        config::find_share({}, folder.path() / "usr/bin/caas") == folder.path() / "usr/share/caas");
}

TEST_CASE("a program in a build folder finds share of its source tree") {
    const Folder folder;
    folder.write("share/prompts/post.v1.md", "");

    CHECK(config::find_share({}, folder.path() / "build/bin/caas") == folder.path() / "share");
    CHECK(
        config::find_share({}, folder.path() / "build/debug/bin/caas") == folder.path() / "share");
}

TEST_CASE("share may be somewhere else, or nowhere") {
    const Folder folder;

    CHECK(
        config::find_share(
            config::environment_of({{"CAAS_SHARE", "/opt/caas"}}), "/usr/bin/caas") == "/opt/caas");
    CHECK(config::find_share({}, folder.path() / "bin/caas").empty());
    CHECK(config::find_share({}, {}).empty());
}

TEST_CASE("this very program finds the share of this source tree") {
    CHECK(
        config::find_share({}, config::own_executable()) ==
        std::filesystem::path(CAAS_SOURCE_DIR) / "share");
}

}  // namespace
}  // namespace caas
