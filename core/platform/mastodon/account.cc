#include "core/platform/mastodon/account.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/net/url.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/mastodon/answer.h"
#include "core/platform/mastodon/limits.h"

namespace caas::platform::mastodon {
namespace {

constexpr std::int64_t most_believed = 10'000'000'000;

// A number of the instance, when it is one to believe.
void take(Json& limits, const char* name, std::optional<std::int64_t> number) {
    if (number && *number > 0 && *number <= most_believed)
        limits[name] = *number;
}

// "4.2.1 (compatible; Pleroma 2.6.0)" is how others name themselves; forks of Mastodon keep its
// name in the address of their source.
bool is_mastodon(const Json& instance) {
    const auto version = json::text_or(instance, "version", "");
    const auto source = json::text_or(instance, "source_url", "");
    return !version.empty() && version.find("compatible") == std::string::npos &&
           (source.empty() || source.find("mastodon") != std::string::npos);
}

Json read_v2(const Json& instance) {
    Json limits = Json::object();
    if (const auto* statuses = json::path(instance, {"configuration", "statuses"})) {
        take(limits, "text_limit", json::integer(*statuses, "max_characters"));
        take(limits, "url_length", json::integer(*statuses, "characters_reserved_per_url"));
        take(limits, "media_limit", json::integer(*statuses, "max_media_attachments"));
    }
    if (const auto* media = json::path(instance, {"configuration", "media_attachments"})) {
        take(limits, "picture_bytes", json::integer(*media, "image_size_limit"));
        take(limits, "picture_pixels", json::integer(*media, "image_matrix_limit"));
        take(limits, "video_bytes", json::integer(*media, "video_size_limit"));
        take(limits, "video_frame_rate", json::integer(*media, "video_frame_rate_limit"));
        take(limits, "alt_limit", json::integer(*media, "description_limit"));
    }
    return limits;
}

// Version 1 has the same object since 3.4.2; forks before that say max_toot_chars.
Json read_v1(const Json& instance) {
    auto limits = read_v2(instance);
    if (!limits.contains("text_limit"))
        take(limits, "text_limit", json::integer(instance, "max_toot_chars"));
    return limits;
}

Json read_instance(const std::string& base, const Secret& token, const Tools& tools) {
    const auto newer = demand(ask("GET", net::join(base, "/api/v2/instance"), token), tools);
    if (newer)
        return {
            {"limits", read_v2(*newer)},
            {"version", json::text_or(*newer, "version", "")},
            {"honours_keys", is_mastodon(*newer)}};
    const auto older = demand(ask("GET", net::join(base, "/api/v1/instance"), token), tools);
    if (older)
        return {
            {"limits", read_v1(*older)},
            {"version", json::text_or(*older, "version", "")},
            {"honours_keys", is_mastodon(*older)}};
    return {{"limits", Json::object()}, {"version", ""}, {"honours_keys", false}};
}

// "social.example"; with the port where it is not the usual one, behind which another server is.
std::string address_of(const std::string& base) {
    const auto origin = net::parse_url(base)->origin();
    return origin.substr(origin.find("://") + 3);
}

}  // namespace

std::string checked_base(const std::string& given) {
    const auto url =
        net::parse_url(given.find("://") == std::string::npos ? "https://" + given : given);
    if (!url || (!url->is_secure() && !url->is_loopback()))
        throw Error(
            Code::invalid,
            "Mastodon needs the address of the instance",
            "It looks like https://mastodon.social.",
            {{"/base_url", "mastodon.base_url.invalid", "must be an https URL"}});
    return url->origin();
}

Identity identify(
    const std::string& base,
    const Credentials& credentials,
    const std::string& application,
    const Tools& tools) {
    const auto me = demand(
        ask("GET", net::join(base, "/api/v1/accounts/verify_credentials"), credentials.access),
        tools);
    const auto id = me ? json::text_or(*me, "id", "") : "";
    if (id.empty())
        throw Error(
            Code::platform_unavailable,
            "The server does not speak Mastodon's API",
            "Check the address of the instance.");
    auto config = read_instance(base, credentials.access, tools);
    if (!application.empty())
        config["application"] = application;
    return {
        .remote_id = id,
        .handle =
            json::text_or(*me, "acct", json::text_or(*me, "username", id)) + "@" + address_of(base),
        .base_url = base,
        .config = json::dump(config),
        .credentials = credentials};
}

Identity connect(const ConnectRequest& request, const Tools& tools) {
    const auto base = checked_base(request.base_url);
    if (request.secret.empty())
        throw Error(
            Code::invalid,
            "Mastodon needs an access token",
            "Make one in the instance's preferences, Development, with the scopes read:accounts "
            "read:statuses write:statuses write:media.",
            {{"/secret", "mastodon.secret.required", "must not be empty"}});
    Credentials credentials;
    credentials.access = request.secret;
    return identify(base, credentials, {}, tools);
}

Identity check(const Access& access, const Tools& tools) {
    const auto config = json::try_parse(access.config);
    return identify(
        access.base_url,
        access.credentials,
        config ? json::text_or(*config, "application", "") : std::string(),
        tools);
}

bool honours_keys(const Access& access) {
    const auto config = json::try_parse(access.config);
    return config && json::truth(*config, "honours_keys").value_or(false);
}

}  // namespace caas::platform::mastodon
