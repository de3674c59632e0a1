// In a sandbox no setting names anything outside, whatever else was said.
#include "core/config/sandbox.h"

#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/config/setting.h"

namespace caas::config {
namespace {

const Flag flag{"sandbox.enabled", "--sandbox", "true"};

Settings in_sandbox(std::map<std::string, std::string> more = {}) {
    return load({.environment = environment_of(std::move(more)), .flags = {flag}});
}

TEST_CASE("no address of a platform or provider is outside in a sandbox") {
    const auto settings = in_sandbox();

    for (const auto& setting : all_settings()) {
        if (setting.type != Type::url || setting.is_secret)
            continue;
        const auto value = settings.text(setting.name);
        CAPTURE(setting.name);
        CHECK((value.empty() || value.starts_with("http://127.0.0.1:")));
    }
}

TEST_CASE("a sandbox has the last word, after environment and flags") {
    const auto settings = load(
        {.environment = environment_of(
             {{"OPENAI_API_KEY", "sk-real"},
              {"DATABASE_URL", "postgresql://db.example/caas"},
              {"CAAS_MAIL_SMTP", "smtps://mail.example"},
              {"CAAS_MEDIA_STORAGE", "s3"}}),
         .flags = {flag, {"platforms.x.base_url", "--x", "https://api.x.com"}}});

    CHECK(settings.text("platforms.x.base_url") == "http://127.0.0.1:8001");
    CHECK(settings.whence("platforms.x.base_url") == "the sandbox");
    CHECK(settings.secret("providers.openai.key") == Secret("sandbox"));
    CHECK(settings.secret("store.url").empty());
    CHECK(settings.text("mail.smtp").empty());
    CHECK(settings.text("media.storage") == "folder");
}

TEST_CASE("without it settings are as they were said") {
    const auto settings = load({});

    CHECK(settings.text("platforms.x.base_url") == "https://api.x.com");
    CHECK(settings.text("http.public_url").empty());
}

TEST_CASE("the environment makes no home a sandbox, and no sandbox a real home") {
    for (const auto* value : {"true", "false"}) {
        CAPTURE(value);
        const auto environment = environment_of({{"CAAS_SANDBOX_ENABLED", value}});
        CHECK_THROWS_WITH_AS(
            load({.environment = environment}),
            "CAAS_SANDBOX_ENABLED is set, but the environment may not say whether a home is a "
            "sandbox",
            Error);
        CHECK_THROWS_AS(load({.environment = environment, .flags = {flag}}), Error);
    }
    CHECK_FALSE(load({.environment = environment_of({{"CAAS_SANDBOX_ENABLED", ""}})})
                    .truth("sandbox.enabled"));
}

TEST_CASE("browsers come back to the daemon of a sandbox, wherever on this machine it is") {
    CHECK(in_sandbox().text("http.public_url") == "http://127.0.0.1:8000");
    CHECK(
        in_sandbox({{"CAAS_HTTP_LISTEN", "0.0.0.0:9"}}).text("http.public_url") ==
        "http://127.0.0.1:9");
    CHECK(in_sandbox({{"CAAS_HTTP_LISTEN", "127.0.0.1:0"}}).text("http.public_url").empty());
    for (const std::string address :
         {"http://localhost:9", "http://127.0.0.1", "http://[::1]:9/a"}) {
        CAPTURE(address);
        CHECK(in_sandbox({{"CAAS_HTTP_PUBLIC_URL", address}}).text("http.public_url") == address);
    }
    for (const auto* outside :
         {"https://caas.example.org",
          "http://caas.test",
          "http://127.evil:9",
          "http://127.0.0.1.evil",
          "http://[2001:db8::1]:9"}) {
        CAPTURE(outside);
        CHECK(
            in_sandbox({{"CAAS_HTTP_PUBLIC_URL", outside}}).text("http.public_url") ==
            "http://127.0.0.1:8000");
    }
}

TEST_CASE("an address is not of this machine because a user name looks like it") {
    CHECK_THROWS_AS(in_sandbox({{"CAAS_HTTP_PUBLIC_URL", "http://localhost@evil"}}), Error);
    CHECK_THROWS_AS(in_sandbox({{"CAAS_HTTP_PUBLIC_URL", "http://localhost:9@evil"}}), Error);
}

TEST_CASE("the pretend platforms are on this machine, at a port that is known") {
    CHECK_THROWS_AS(in_sandbox({{"CAAS_SANDBOX_LISTEN", "0.0.0.0:8001"}}), Error);
    CHECK_THROWS_AS(in_sandbox({{"CAAS_SANDBOX_LISTEN", "127.0.0.1:0"}}), Error);
    CHECK_THROWS_AS(in_sandbox({{"CAAS_SANDBOX_LISTEN", "127.evil:8001"}}), Error);
    CHECK(
        in_sandbox({{"CAAS_SANDBOX_LISTEN", "[::1]:9"}}).text("platforms.x.base_url") ==
        "http://[::1]:9");
}

}  // namespace
}  // namespace caas::config
