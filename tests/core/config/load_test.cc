#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/config/settings.h"
#include "tests/core/config/settings_folder.h"

namespace caas {
namespace {

using config::Origin;

config::Settings from_file(std::string_view text) {
    const Folder folder;
    return config::load({.file = folder.write("config.toml", text)});
}

// "LINE: message | hint" of the error that the file causes, without its path.
std::string complaint(std::string_view text) {
    try {
        from_file(text);
    } catch (const Error& e) {
        CHECK(e.code() == Code::invalid);
        const std::string words = e.what();
        const auto at = words.find("config.toml:");
        REQUIRE(at != std::string::npos);
        return words.substr(at + 12) + (e.hint().empty() ? "" : " | " + e.hint());
    }
    return "no complaint";
}

TEST_CASE("without any source everything has its default") {
    const auto settings = config::load({});

    CHECK(settings.text("http.listen") == "127.0.0.1:8000");
    CHECK(settings.integer("publish.catch_up_h") == 24);
    CHECK_FALSE(settings.truth("net.allow_private"));
    CHECK(settings.truth("providers.openai-compatible.has_schema"));
    CHECK(settings.list("http.trusted_proxies").empty());
    CHECK(settings.secret("providers.openai.key").empty());
    CHECK(settings.origin("http.listen") == Origin::built_in);
    CHECK(settings.whence("http.listen") == "default");
}

TEST_CASE("a file that is not there is no matter unless it was named") {
    const Folder folder;

    CHECK_NOTHROW(config::load({.file = folder.path() / "none.toml"}));
    CHECK_THROWS_AS(config::load({.file = folder.path() / "none.toml", .must_exist = true}), Error);
}

TEST_CASE("every kind of value is read from a file") {
    const auto settings = from_file(
        "[http]\n"
        "listen = \"0.0.0.0:9000\"\n"
        "trusted_proxies = [\"10.0.0.1\", \"10.0.0.2\"]\n"
        "[publish]\n"
        "catch_up_h = 48\n"
        "[net]\n"
        "allow_private = true\n"
        "[providers.openai-compatible]\n"
        "key = \"sesame\"\n");

    CHECK(settings.text("http.listen") == "0.0.0.0:9000");
    CHECK(
        settings.list("http.trusted_proxies") == std::vector<std::string>{"10.0.0.1", "10.0.0.2"});
    CHECK(settings.integer("publish.catch_up_h") == 48);
    CHECK(settings.truth("net.allow_private"));
    CHECK(settings.secret("providers.openai-compatible.key").reveal() == "sesame");
    CHECK(settings.origin("publish.catch_up_h") == Origin::file);
    CHECK(settings.whence("publish.catch_up_h").ends_with("config.toml:5"));
}

TEST_CASE("dotted keys mean the same as tables") {
    CHECK(from_file("http.listen = \"[::1]:1\"").text("http.listen") == "[::1]:1");
}

TEST_CASE("the environment goes before the file and a flag before both") {
    const Folder folder;
    const auto file = folder.write(
        "config.toml",
        "[generate]\ntone = \"casual\"\nlanguage = \"de\"\n[log]\nlevel = \"warn\"\n");

    const auto settings = config::load({
        .file = file,
        .environment = config::environment_of(
            {{"CAAS_GENERATE_TONE", "humorous"}, {"CAAS_GENERATE_LANGUAGE", "fr"}}),
        .flags = {{"generate.tone", "--tone", "educational"}},
    });

    CHECK(settings.text("generate.tone") == "educational");
    CHECK(settings.whence("generate.tone") == "--tone");
    CHECK(settings.origin("generate.tone") == Origin::flag);
    CHECK(settings.text("generate.language") == "fr");
    CHECK(settings.whence("generate.language") == "CAAS_GENERATE_LANGUAGE");
    CHECK(settings.text("log.level") == "warn");
}

TEST_CASE("a well-known variable works and gives way to our own") {
    const auto known =
        config::load({.environment = config::environment_of({{"OPENAI_API_KEY", "sk-known"}})});
    const auto both = config::load({
        .environment = config::environment_of(
            {{"OPENAI_API_KEY", "sk-known"}, {"CAAS_PROVIDERS_OPENAI_KEY", "sk-own"}}),
    });

    CHECK(known.secret("providers.openai.key").reveal() == "sk-known");
    CHECK(known.whence("providers.openai.key") == "OPENAI_API_KEY");
    CHECK(both.secret("providers.openai.key").reveal() == "sk-own");
}

TEST_CASE("an empty variable counts as not set") {
    const auto settings =
        config::load({.environment = config::environment_of({{"CAAS_HTTP_LISTEN", ""}})});

    CHECK(settings.origin("http.listen") == Origin::built_in);
}

TEST_CASE("a list in the environment is separated by commas") {
    const auto settings = config::load({
        .environment = config::environment_of({{"CAAS_NET_PLAIN_HTTP_HOSTS", "a, b,,c "}}),
    });

    CHECK(settings.list("net.plain_http_hosts") == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a secret is masked for people and never given as text") {
    const auto settings = config::load({
        .environment = config::environment_of({{"OPENAI_API_KEY", "sk-0123456789abcdef"}}),
    });

    CHECK(settings.shown("providers.openai.key").find("0123456789") == std::string::npos);
    CHECK(settings.shown("http.listen") == "127.0.0.1:8000");
    CHECK_THROWS_AS(settings.text("providers.openai.key"), Error);
    CHECK_THROWS_AS(settings.secret("http.listen"), Error);
    CHECK_THROWS_AS(settings.text("no.such"), Error);
    CHECK_THROWS_AS(settings.integer("http.listen"), Error);
}

TEST_CASE("an unknown key names its line and the nearest one") {
    CHECK(
        complaint("[http]\n\nlisen = \"x\"\n") ==
        "3: there is no setting http.lisen | Did you mean http.listen?");
    CHECK(
        complaint("[provider.openai]\nkey = \"x\"") ==
        "2: there is no setting provider.openai.key | Did you mean providers.openai.key?");
    CHECK(
        complaint("[provider]") ==
        "1: there is no setting provider | `caas config list` shows all settings.");
    CHECK(
        complaint("zzz = 1") ==
        "1: there is no setting zzz | `caas config list` shows all settings.");
}

TEST_CASE("a value of the wrong kind names its line and what is expected") {
    CHECK(
        complaint("[publish]\nconcurrency = \"8\"") ==
        "2: publish.concurrency must be a whole number from 1 to 64");
    CHECK(
        complaint("[net]\nallow_private = \"yes\"") ==
        "2: net.allow_private must be true or false, without quotes");
    CHECK(
        complaint("[http]\nlisten = 8000") ==
        "2: http.listen must be a host and a port, such as 127.0.0.1:8000, in quotes");
    CHECK(complaint("[http]\ntrusted_proxies = \"a\"")
              .starts_with("2: http.trusted_proxies must be a list"));
    CHECK(complaint("[http]\ntrusted_proxies = [\n1]")
              .starts_with("3: http.trusted_proxies must be a list"));
    CHECK(complaint("[http.listen]\na = 1").starts_with("1: http.listen must be a host"));
    CHECK(complaint("http = 1").starts_with("1: there is no setting http"));
}

TEST_CASE("a value out of range names its line, the value and what is expected") {
    CHECK(
        complaint("[publish]\nconcurrency = 65")
            .starts_with("2: publish.concurrency must be a whole number from 1 to 64, not \"65\""));
    CHECK(complaint("[log]\nlevel = \"loud\"")
              .starts_with(
                  "2: log.level must be one of debug, info, warn, error, off, not \"loud\""));
}

TEST_CASE("an address with a password is refused and not repeated") {
    CHECK(
        complaint("[providers.openai]\nbase_url = \"https://ana:hunter2@example.org/v1\"") ==
        "2: providers.openai.base_url must be an address without a user name or password | what "
        "signs in, such as a key, is a setting of its own");
    CHECK(
        complaint("[mail]\nsmtp = \"smtp://ana:hunter2@example.org\"") ==
        "2: mail.smtp must be an address without a user name or password | they are user and "
        "password of [mail]");
    CHECK(
        complaint("[providers.openai]\nbase_url = \"https://example.org/@ana\"") == "no complaint");
}

TEST_CASE("what is no TOML names its line") {
    CHECK(complaint("[http]\nlisten = \n").starts_with("2: "));
    CHECK(complaint("[http\n").starts_with("1: "));
    CHECK(complaint("[log]\nlevel = \"info\"\nlevel = \"warn\"\n").starts_with("3: "));
}

TEST_CASE("a wrong variable or flag is named") {
    const auto level = [](const config::Sources& sources) {
        try {
            config::load(sources);
        } catch (const Error& e) {
            return std::string(e.what());
        }
        return std::string();
    };

    CHECK(
        level({.environment = config::environment_of({{"CAAS_LOG_LEVEL", "loud"}})}) ==
        "CAAS_LOG_LEVEL: log.level must be one of debug, info, warn, error, off, not \"loud\"");
    CHECK(
        level({.flags = {{"http.listen", "--listen", "8000"}}}) ==
        "--listen: http.listen must be a host and a port, such as 127.0.0.1:8000, not \"8000\"");
}

TEST_CASE("prices are dollars for a million tokens") {
    const auto settings = from_file(
        "[prices]\n"
        "\"gpt-5.4-mini\" = { input = 0.75, cached_input = 0.075, output = 4.5 }\n"
        "llama = { input = 0, output = 1 }\n");

    REQUIRE(settings.prices().size() == 2);
    const auto& first = settings.prices()[0];
    CHECK(first.model_prefix == "gpt-5.4-mini");
    CHECK(first.input == 750000);
    CHECK(first.cached_input == 75000);
    CHECK(first.output == 4500000);
    CHECK(settings.prices()[1].cached_input == 0);
}

TEST_CASE("a price that makes no sense is refused") {
    CHECK(complaint("[prices]\nm = 3").starts_with("2: prices.\"m\" must be like"));
    CHECK(
        complaint("[prices]\nm = { input = 1 }") ==
        "2: prices.\"m\" must be a price with both input and output");
    CHECK(complaint("[prices]\nm = { input = -1, output = 1 }")
              .starts_with("2: prices.\"m\".input must be a number"));
    CHECK(complaint("[prices]\nm = { input = \"1\", output = 1 }")
              .starts_with("2: prices.\"m\".input must be a number"));
    CHECK(complaint("[prices]\nm = { input = nan, output = 1 }")
              .starts_with("2: prices.\"m\".input must be a number"));
    CHECK(complaint("[prices]\nm = { inptu = 1 }").starts_with("2: a price has no inptu"));
    CHECK(complaint("prices = 1").starts_with("1: prices must be a table"));
}

TEST_CASE("the first provider with a key writes, else the offline one") {
    const auto provider = [](std::map<std::string, std::string> variables) {
        return config::default_provider(
            config::load({.environment = config::environment_of(std::move(variables))}));
    };

    CHECK(provider({}) == "offline");
    CHECK(provider({{"GEMINI_API_KEY", "x"}}) == "gemini");
    CHECK(provider({{"GEMINI_API_KEY", "x"}, {"ANTHROPIC_API_KEY", "y"}}) == "anthropic");
    CHECK(provider({{"GEMINI_API_KEY", "x"}, {"OPENAI_API_KEY", "y"}}) == "openai");
    CHECK(provider({{"OPENAI_API_KEY", "x"}, {"CAAS_PROVIDERS_DEFAULT", "offline"}}) == "offline");
}

}  // namespace
}  // namespace caas
