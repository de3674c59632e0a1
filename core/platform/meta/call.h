// Calls to Meta's Graph APIs, which differ in their address and version only. One request each,
// never repeated. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/net/url.h"
#include "core/platform/driver.h"

namespace caas::platform::meta {

// A platform's API, for accounts that name no other address or version.
struct Service {
    const Driver& driver;
    std::string_view base_url;
    std::string_view version;  // "v26.0"
};

// base/version/path; the base is the account's own, else the service's; the version is of the
// account's config ({"version":"v26.0"}), else of the settings, else the service's.
std::string url_of(const Service& service, const Access& access, std::string_view path);

// The token goes into a header: parameters end up in logs.
net::Request get(
    const Service& service, const Access& access, std::string_view path, const net::Pairs& query);
net::Request post(
    const Service& service, const Access& access, std::string_view path, std::string form);

struct Answer {
    Json body;
    int used_percent = 0;  // of the rate limits (usage.h)
    std::optional<Milliseconds> asked_wait;
};

// The JSON object of a success; else what it means for a call that others could see the effect of.
std::variant<Answer, Outcome> call(
    const Driver& driver, const net::Request& request, const Tools& tools);
// The same for calls without such an effect: never Unknown.
std::variant<Answer, Outcome> call_harmless(
    const Driver& driver, const net::Request& request, const Tools& tools);

// For what is asked outside of a delivery: nullopt when there is no such object. Throws Error as
// Driver::check does.
std::optional<Json> demand(const Driver& driver, const net::Request& request, const Tools& tools);

// Takes a published object back; what is gone already counts as taken back. Throws likewise.
void remove(
    const Service& service, const std::string& remote_id, const Access& access, const Tools& tools);

// "2026-11-22T10:00:00+0000", as Meta writes moments.
std::optional<Instant> parse_time(std::string_view text);

}  // namespace caas::platform::meta
