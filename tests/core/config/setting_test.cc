#include "core/config/setting.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

namespace caas {
namespace {

using config::is_value;

const config::Setting& setting(std::string_view name) {
    const auto* const found = config::find_setting(name);
    REQUIRE(found != nullptr);
    return *found;
}

TEST_CASE("every default is a value of its own setting") {
    for (const auto& each : config::all_settings()) {
        CAPTURE(each.name);
        CHECK(is_value(each, each.fallback));
    }
}

TEST_CASE("names and variables are unique, and every setting is explained") {
    std::set<std::string> names;
    std::set<std::string> variables;
    for (const auto& each : config::all_settings()) {
        CAPTURE(each.name);
        CHECK(names.emplace(each.name).second);
        CHECK(variables.insert(config::environment_name(each)).second);
        CHECK(each.doc.ends_with('.'));
    }
}

TEST_CASE("secrets have no default") {
    for (const auto& each : config::all_settings()) {
        CAPTURE(each.name);
        CHECK((!each.is_secret || each.fallback.empty()));
    }
}

TEST_CASE("a setting has its variable") {
    CHECK(config::environment_name(setting("http.listen")) == "CAAS_HTTP_LISTEN");
    CHECK(
        config::environment_name(setting("providers.openai-compatible.key")) ==
        "CAAS_PROVIDERS_OPENAI_COMPATIBLE_KEY");
}

TEST_CASE("the well-known variables are known") {
    CHECK(setting("providers.openai.key").environment == "OPENAI_API_KEY");
    CHECK(setting("providers.openai.base_url").environment == "OPENAI_BASE_URL");
    CHECK(setting("providers.gemini.key").environment == "GEMINI_API_KEY");
    CHECK(setting("providers.anthropic.key").environment == "ANTHROPIC_API_KEY");
    CHECK(setting("store.url").environment == "DATABASE_URL");
    CHECK(setting("vault.secret_key").environment == "SECRET_KEY");
}

TEST_CASE("an unknown name has no setting") {
    CHECK(config::find_setting("http") == nullptr);
    CHECK(config::find_setting("") == nullptr);
}

TEST_CASE("a mistyped name has a nearest one") {
    CHECK(config::nearest_setting("http.lisen") == "http.listen");
    CHECK(config::nearest_setting("provider.openai.key") == "providers.openai.key");
    CHECK(config::nearest_setting("generate.lang") == "generate.language");
    CHECK(config::nearest_setting("tone") == "generate.tone");
    CHECK(config::nearest_setting("zzzzzzzz") == "");
}

TEST_CASE("numbers are whole and inside their bounds") {
    const auto& concurrency = setting("publish.concurrency");

    CHECK(is_value(concurrency, "1"));
    CHECK(is_value(concurrency, "64"));
    CHECK_FALSE(is_value(concurrency, "0"));
    CHECK_FALSE(is_value(concurrency, "65"));
    CHECK_FALSE(is_value(concurrency, "8x"));
    CHECK_FALSE(is_value(concurrency, "8.0"));
    CHECK_FALSE(is_value(concurrency, ""));
    CHECK_FALSE(is_value(concurrency, "99999999999999999999"));
    CHECK(config::expectation(concurrency) == "a whole number from 1 to 64");
}

TEST_CASE("choices are whole words of the list") {
    const auto& level = setting("log.level");

    CHECK(is_value(level, "warn"));
    CHECK_FALSE(is_value(level, "war"));
    CHECK_FALSE(is_value(level, "warn error"));
    CHECK_FALSE(is_value(level, ""));
    CHECK(is_value(setting("providers.default"), ""));
    CHECK(config::expectation(level) == "one of debug, info, warn, error, off");
}

TEST_CASE("addresses to listen on have a host and a port") {
    const auto& listen = setting("http.listen");

    CHECK(is_value(listen, "0.0.0.0:80"));
    CHECK(is_value(listen, "localhost:0"));
    CHECK(is_value(listen, "*:8000"));
    CHECK(is_value(listen, "[::1]:8000"));
    CHECK_FALSE(is_value(listen, "8000"));
    CHECK_FALSE(is_value(listen, ":8000"));
    CHECK_FALSE(is_value(listen, "::1:8000"));
    CHECK_FALSE(is_value(listen, "localhost:99999"));
    CHECK_FALSE(is_value(listen, "localhost:"));
}

TEST_CASE("URLs are http or https or nothing") {
    const auto& url = setting("providers.openai.base_url");

    CHECK(is_value(url, "https://x"));
    CHECK(is_value(url, "http://127.0.0.1:11434/v1"));
    CHECK(is_value(url, ""));
    CHECK_FALSE(is_value(url, "https://"));
    CHECK_FALSE(is_value(url, "api.openai.com"));
    CHECK_FALSE(is_value(url, "file:///etc/passwd"));
    CHECK_FALSE(is_value(url, "https://a b"));
}

TEST_CASE("truth has the usual words") {
    const auto& truth = setting("net.allow_private");

    CHECK(is_value(truth, "yes"));
    CHECK(is_value(truth, "0"));
    CHECK_FALSE(is_value(truth, "maybe"));
    CHECK_FALSE(is_value(truth, ""));
}

TEST_CASE("text is on one line") {
    CHECK(is_value(setting("log.file"), "/var/log/caas \xC3\xBC.log"));
    CHECK_FALSE(is_value(setting("log.file"), "a\nb"));
}

}  // namespace
}  // namespace caas
