#include "core/config/servers.h"

#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/fake/folder.h"

namespace caas::config {
namespace {

KnownServer server(const std::string& url, const std::string& token) {
    return {url, Secret(token), "ana at \"Acme\"\n", "2026-11-22T10:00:00.000Z"};
}

TEST_CASE("a server is known from login to logout, in a file of the person alone") {
    const fake::Folder folder;
    const auto file = folder / "new" / "servers.toml";

    CHECK(known_servers(file).empty());
    remember_server(file, server("https://a.example:8443/x\"y", "caas_1"));
    remember_server(file, server("https://b.example", "caas_2"));
    remember_server(file, server("https://b.example", "caas_3"));

    struct stat facts {};

    CHECK(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600U);
    CHECK(known_servers(file).size() == 2);
    const auto found = find_server(file, "https://b.example");
    CHECK((found && found->token.reveal() == "caas_3"));
    CHECK((found && found->name == "ana at \"Acme\"\n"));
    CHECK(find_server(file, "https://a.example:8443/x\"y"));
    CHECK_FALSE(find_server(file, "https://a.example"));
    CHECK(forget_server(file, "https://b.example"));
    CHECK_FALSE(forget_server(file, "https://b.example"));
    CHECK(known_servers(file).size() == 1);
}

TEST_CASE("a file of tokens that others may read is refused") {
    const fake::Folder folder;
    const auto file = folder / "servers.toml";
    remember_server(file, server("https://a.example", "caas_1"));
    ::chmod(file.c_str(), 0644);

    try {
        known_servers(file);
        FAIL("it was read");
    } catch (const Error& error) {
        CHECK(error.code() == Code::forbidden);
        CHECK(error.hint().find("chmod 600") != std::string::npos);
    }
}

TEST_CASE("a broken file of servers is named with its line") {
    const fake::Folder folder;
    const auto file = folder / "servers.toml";
    write_file(file, "[servers]\nnonsense\n");

    try {
        known_servers(file);
        FAIL("it was read");
    } catch (const Error& error) {
        CHECK(error.code() == Code::invalid);
        CHECK(std::string(error.what()).find("servers.toml:2") != std::string::npos);
    }
    write_file(file, "servers = 1\n");
    CHECK(known_servers(file).empty());
}

TEST_CASE("two that sign in at once do not lose each other's") {
    const fake::Folder folder;
    const auto file = folder / "servers.toml";
    make_folder(file.parent_path());
    auto held = FileLock::try_take(folder / "servers.toml.lock");
    REQUIRE(held);

    CHECK_THROWS_AS(remember_server(file, server("https://a.example", "caas_1")), Error);
}

}  // namespace
}  // namespace caas::config
