#include "core/config/sandbox.h"

#include <array>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "core/base/error.h"
#include "core/config/setting.h"

namespace caas::config {
namespace {

constexpr std::string_view whence = "the sandbox";

struct Pretend {
    std::string_view name;
    std::string_view value;  // "@" stands for the origin
};

// Names and secrets are those of core/sandbox/site.h.
constexpr auto pretend = std::to_array<Pretend>({
    {"store.url", ""},
    {"mail.smtp", ""},
    {"media.storage", "folder"},
    {"net.allow_private", "true"},
    {"net.plain_http_hosts", ""},
    {"stripe.secret_key", ""},
    {"stripe.webhook_secret", ""},
    {"stripe.base_url", "@"},
    {"providers.openai.key", "sandbox"},
    {"providers.openai.base_url", "@/openai/v1"},
    {"providers.anthropic.key", "sandbox"},
    {"providers.anthropic.base_url", "@/anthropic"},
    {"providers.gemini.key", "sandbox"},
    {"providers.gemini.base_url", "@/gemini/v1"},
    {"providers.openai-compatible.key", "sandbox"},
    {"providers.openai-compatible.base_url", "@/compatible/v1"},
    {"platforms.bluesky.base_url", "@"},
    {"platforms.mastodon.base_url", "@"},
    {"platforms.x.client_id", "sandbox"},
    {"platforms.x.client_secret", "sandbox-secret"},
    {"platforms.x.base_url", "@"},
    {"platforms.x.authorize_url", "@/i/oauth2/authorize"},
    {"platforms.x.token_url", "@/2/oauth2/token"},
    {"platforms.linkedin.client_id", "sandbox"},
    {"platforms.linkedin.client_secret", "sandbox-secret"},
    {"platforms.linkedin.base_url", "@"},
    {"platforms.linkedin.authorize_url", "@/oauth/v2/authorization"},
    {"platforms.linkedin.token_url", "@/oauth/v2/accessToken"},
    {"platforms.linkedin.api_version", "202609"},
    {"platforms.instagram.client_id", "sandbox"},
    {"platforms.instagram.client_secret", "sandbox-secret"},
    {"platforms.instagram.base_url", "@/instagram"},
    {"platforms.instagram.authorize_url", "@/instagram/oauth/authorize"},
    {"platforms.instagram.token_url", "@/instagram/oauth/access_token"},
    {"platforms.instagram.api_version", "v26.0"},
    {"platforms.threads.client_id", "sandbox"},
    {"platforms.threads.client_secret", "sandbox-secret"},
    {"platforms.threads.base_url", "@/threads"},
    {"platforms.threads.authorize_url", "@/threads/oauth/authorize"},
    {"platforms.threads.token_url", "@/threads/oauth/access_token"},
    {"platforms.threads.api_version", "v1.0"},
    {"platforms.facebook.client_id", "sandbox"},
    {"platforms.facebook.client_secret", "sandbox-secret"},
    {"platforms.facebook.base_url", "@/facebook"},
    {"platforms.facebook.authorize_url", "@/facebook"},
    {"platforms.facebook.api_version", "v26.0"},
});

// As it stands in a URL: IPv6 in brackets.
bool is_loopback_host(std::string_view host) {
    if (host == "localhost" || host == "[::1]")
        return true;
    in_addr address{};
    return ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
           ntohl(address.s_addr) >> 24U == IN_LOOPBACKNET;
}

bool is_on_this_machine(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return false;
    url.remove_prefix(scheme + 3);
    const auto authority = url.substr(0, url.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos)
        return false;
    const auto port = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
    return is_loopback_host(authority.substr(0, port));
}

// Where this machine reaches the daemon; empty when nobody knows its port yet.
std::string own_address(const std::string& listen) {
    const auto colon = listen.rfind(':');
    const auto port = colon == std::string::npos ? listen : listen.substr(colon + 1);
    if (port.empty() || port == "0")
        return "";
    const auto host = colon == std::string::npos ? "" : listen.substr(0, colon);
    return "http://" + (is_loopback_host(host) ? host : "127.0.0.1") + ":" + port;
}

void give(Settings& settings, std::string_view name, const std::string& value) {
    const auto* const setting = find_setting(name);
    if (setting == nullptr)
        throw Error(Code::internal, "there is no such setting: " + std::string(name));
    settings.set(*setting, value, Origin::flag, std::string(whence));
}

}  // namespace

std::string sandbox_origin(const Settings& settings) {
    const auto place = settings.text("sandbox.listen");
    const auto colon = place.rfind(':');
    const auto port = colon == std::string::npos ? "" : place.substr(colon + 1);
    if (port.empty() || port == "0" || !is_loopback_host(place.substr(0, colon)))
        throw Error(
            Code::invalid,
            "The pretend platforms cannot be at \"" + place + "\" (sandbox.listen, " +
                settings.whence("sandbox.listen") + ")",
            "Write an address of this machine with its port, such as 127.0.0.1:8001");
    return "http://" + place;
}

bool may_come_from_environment(const Setting& setting) {
    return setting.name != "sandbox.enabled";
}

void enter_sandbox(Settings& settings) {
    if (!settings.truth("sandbox.enabled"))
        return;
    const auto origin = sandbox_origin(settings);
    for (const auto& [name, value] : pretend) {
        auto text = std::string(value);
        if (text.starts_with('@'))
            text.replace(0, 1, origin);
        give(settings, name, text);
    }
    // Browsers come back to the daemon there, and Meta's pretend platforms fetch media.
    if (!is_on_this_machine(settings.text("http.public_url")))
        give(settings, "http.public_url", own_address(settings.text("http.listen")));
}

}  // namespace caas::config
