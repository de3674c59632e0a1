#include "core/app/settings_check.h"

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/flow/compose.h"
#include "core/net/url.h"
#include "core/notice/mailer.h"

namespace caas::app {
namespace {

[[noreturn]] void refuse(
    const config::Settings& settings,
    const std::string& name,
    const std::string& why,
    const std::string& hint) {
    throw Error(Code::invalid, settings.whence(name) + ": " + name + " " + why, hint);
}

void check_storage(const config::Settings& settings) {
    if (settings.text("media.storage") != "s3")
        return;
    for (const std::string name : {"media.s3_endpoint", "media.s3_bucket"}) {
        if (settings.text(name).empty())
            refuse(
                settings,
                "media.storage",
                "is s3, but " + name + " is not set",
                "set media.s3_endpoint and media.s3_bucket, or media.storage = \"folder\"");
    }
}

void check_certificates(const config::Settings& settings) {
    constexpr std::size_t most_bytes = std::size_t{64} << 20U;
    const std::string name = "net.ca_file";
    const auto file = settings.text(name);
    if (file.empty())
        return;
    try {
        read_file(file, most_bytes);
    } catch (const Error& error) {
        refuse(
            settings,
            name,
            std::string("cannot be used: ") + error.what(),
            "name a file of certificates, or leave it out for those of this machine");
    }
}

// Looser than for people who sign up: within a network, a host may have a name without a dot.
bool is_address(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
           text.find_first_of(" ,;<>") == std::string_view::npos;
}

void check_sender(const config::Settings& settings) {
    const std::string name = "mail.from";
    if (!is_address(notice::address_in(settings.text(name))))
        refuse(settings, name, "holds no e-mail address", "write it as caas <caas@example.org>");
}

void check_origins(const config::Settings& settings) {
    const std::string name = "http.cors_origins";
    for (const auto& origin : settings.list(name)) {
        const auto url = net::parse_url(origin);
        if (!url || url->origin() != origin)
            refuse(
                settings,
                name,
                "holds \"" + origin + "\", which no browser names as an origin",
                "write it as " + (url ? url->origin() : std::string("https://app.example.com")));
    }
}

void check_language(const config::Settings& settings) {
    const std::string name = "generate.language";
    const auto language = settings.text(name);
    if (!language.empty() && !flow::is_language_tag(language))
        refuse(
            settings,
            name,
            "is no language tag: \"" + language + "\"",
            "write it like en, de or pt-BR");
}

}  // namespace

void check_settings(const config::Settings& settings) {
    check_storage(settings);
    check_certificates(settings);
    check_sender(settings);
    check_origins(settings);
    check_language(settings);
}

}  // namespace caas::app
