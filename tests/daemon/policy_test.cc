#include "daemon/policy.h"

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas {
namespace {

config::Settings settings_of(std::map<std::string, std::string> variables) {
    config::Sources sources;
    sources.environment = config::environment_of(std::move(variables));
    return config::load(sources);
}

TEST_CASE("the public address gives a host and an origin") {
    const auto settings =
        settings_of({{"CAAS_HTTP_PUBLIC_URL", "https://caas.example.org:8443/x"}});

    const auto policy = daemon::policy_of(settings, {"127.0.0.1", 8000});

    CHECK(policy.origins == std::vector<std::string>{"https://caas.example.org:8443"});
    CHECK(http::is_our_host("caas.example.org", policy));
    CHECK(http::is_our_host("caas.example.org:8443", policy));
    CHECK(!http::is_our_host("example.org", policy));
}

TEST_CASE("pages of other origins may call, and only those of the configuration may read") {
    const auto settings = settings_of(
        {{"CAAS_HTTP_PUBLIC_URL", "https://caas.example.org"},
         {"CAAS_HTTP_CORS_ORIGINS", "https://app.example.org"}});

    const auto policy = daemon::policy_of(settings, {"127.0.0.1", 8000});

    const std::vector<std::string> both{"https://caas.example.org", "https://app.example.org"};
    CHECK(policy.origins == both);
    CHECK(policy.cors_origins == std::vector<std::string>{"https://app.example.org"});
}

TEST_CASE("the name listened on is a host of ours") {
    const auto policy = daemon::policy_of(settings_of({}), {"my-machine", 8000});

    CHECK(http::is_our_host("my-machine:8000", policy));
    CHECK(policy.origins.empty());
}

TEST_CASE("trusted proxies must be addresses or ranges") {
    const auto good = settings_of({{"CAAS_HTTP_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8,fd00::/8"}});
    const auto name = settings_of({{"CAAS_HTTP_TRUSTED_PROXIES", "proxy.local"}});
    const auto wide = settings_of({{"CAAS_HTTP_TRUSTED_PROXIES", "10.0.0.0/64"}});

    CHECK(daemon::policy_of(good, {}).trusted_proxies.size() == 3);
    CHECK_THROWS_AS(daemon::policy_of(name, {}), Error);
    CHECK_THROWS_AS(daemon::policy_of(wide, {}), Error);
}

TEST_CASE("settings that say the same are the same, wherever they were said") {
    const auto said = settings_of({{"CAAS_LOG_LEVEL", "info"}});
    const auto other = settings_of({{"CAAS_LOG_LEVEL", "debug"}});
    const auto key = settings_of({{"OPENAI_API_KEY", "sk-1"}});

    CHECK(daemon::is_same(settings_of({}), said));
    CHECK(!daemon::is_same(said, other));
    CHECK(!daemon::is_same(said, key));
    CHECK(daemon::is_same(key, settings_of({{"OPENAI_API_KEY", "sk-1"}})));
}

}  // namespace
}  // namespace caas
