#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/file.h"
#include "tests/cli/stage.h"
#include "tests/fake/folder.h"

namespace caas::cli {
namespace {

TEST_CASE("config list says where each value came from and shows no secret") {
    const fake::Folder home;
    write_file(home / "config.toml", "[http]\nlisten = \"127.0.0.1:9000\"\n");
    Stage stage;
    stage.terminal.variables = {{"OPENAI_API_KEY", "sk-very-secret-key"}};

    CHECK(stage.run({"config", "list", "--origin", "--home", home.path().string()}) == 0);

    const auto& out = stage.terminal.out;
    CHECK(out.find("127.0.0.1:9000") != std::string::npos);
    CHECK(out.find("config.toml:2") != std::string::npos);
    CHECK(out.find("OPENAI_API_KEY") != std::string::npos);
    CHECK(out.find("very-secret") == std::string::npos);
}

TEST_CASE("config get prints one value") {
    const fake::Folder home;
    Stage stage;

    CHECK(stage.run({"config", "get", "http.listen", "--home", home.path().string()}) == 0);

    CHECK(stage.terminal.out == "127.0.0.1:8000\n");
}

TEST_CASE("config get names the setting that was mistyped") {
    const fake::Folder home;
    Stage stage;

    CHECK(stage.run({"config", "get", "http.lisen", "--home", home.path().string()}) == 2);

    CHECK(stage.terminal.err.find("did you mean `http.listen`?") != std::string::npos);
}

TEST_CASE("config path follows the home") {
    const fake::Folder home;
    Stage stage;

    CHECK(stage.run({"config", "path", "--home", home.path().string()}) == 0);

    CHECK(stage.terminal.out == (home / "config.toml").string() + "\n");
}

TEST_CASE("a broken configuration is told with its file and line") {
    const fake::Folder home;
    write_file(home / "config.toml", "[http]\nlissen = \"x\"\n");
    Stage stage;

    CHECK(stage.run({"config", "list", "--home", home.path().string()}) == 4);

    CHECK(stage.terminal.err.find("config.toml:2") != std::string::npos);
}

TEST_CASE("doctor names what is broken and how to mend it") {
    const fake::Folder home;
    write_file(home / "config.toml", "[http]\nlissen = \"x\"\n");
    write_file(home / "secret.key", "k", 0644);
    Stage stage;

    CHECK(stage.run({"doctor", "--home", home.path().string(), "--json"}) == 1);

    const auto findings = json::parse(stage.terminal.out, "the findings").at("items");
    CHECK(findings.at(0).at("check") == "configuration");
    CHECK(findings.at(0).at("state") == "broken");
    CHECK(findings.at(2).at("check") == "time zones");
    CHECK(findings.at(2).at("state") == "ok");
}

TEST_CASE("doctor warns of a configuration with secrets that everybody can read") {
    const fake::Folder home;
    write_file(home / "config.toml", "[providers.openai]\nkey = \"sk-secret\"\n", 0644);
    Stage stage;

    stage.run({"doctor", "--home", home.path().string()});

    const auto& out = stage.terminal.out;
    CHECK(out.find("holds providers.openai.key and can be read by everybody") != std::string::npos);
    CHECK(out.find("sk-secret") == std::string::npos);
}

TEST_CASE("doctor has no objection to a configuration without secrets, or for its owner alone") {
    for (const auto& [text, mode] :
         {std::pair("[http]\nlisten = \"127.0.0.1:9000\"\n", 0644U),
          std::pair("[providers.openai]\nkey = \"sk-secret\"\n", 0600U)}) {
        const fake::Folder home;
        write_file(home / "config.toml", text, mode);
        Stage stage;

        stage.run({"doctor", "--home", home.path().string()});

        CHECK(stage.terminal.out.find("can be read by everybody") == std::string::npos);
    }
}

TEST_CASE("doctor finds a secret key that others can read") {
    const fake::Folder home;
    write_file(home / "secret.key", "k", 0644);
    Stage stage;

    CHECK(stage.run({"doctor", "--home", home.path().string()}) == 1);

    CHECK(stage.terminal.out.find("chmod 600") != std::string::npos);
}

TEST_CASE("doctor finds a secret key that is none") {
    const fake::Folder home;
    write_file(home / "secret.key", "k");
    Stage stage;

    CHECK(stage.run({"doctor", "--home", home.path().string()}) == 1);

    CHECK(stage.terminal.out.find("secret.key holds no key") != std::string::npos);
}

TEST_CASE("doctor finds a secret key that this user cannot read") {
    const fake::Folder home;
    write_file(home / "secret.key", std::string(64, 'a'), 0);
    std::filesystem::permissions(home.path(), std::filesystem::perms(0755));

    const auto child = ::fork();
    if (child == 0) {
        Stage stage;
        const bool is_other = ::geteuid() != 0 || ::setuid(65534) == 0;
        stage.run({"doctor", "--home", home.path().string()});
        const auto& out = stage.terminal.out;
        ::_exit(is_other && out.find("Not allowed to read") != std::string::npos ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);

    CHECK(status == 0);
}

}  // namespace
}  // namespace caas::cli
