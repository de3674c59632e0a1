#include "core/flow/application.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/config/setting.h"
#include "core/net/url.h"
#include "core/platform/application.h"

namespace caas::flow {
namespace {

std::string text_of(
    const config::Settings& settings, std::string_view platform, std::string_view key) {
    const auto name = "platforms." + std::string(platform) + "." + std::string(key);
    return config::find_setting(name) == nullptr ? std::string() : settings.text(name);
}

}  // namespace

platform::Application application_of(const config::Settings& settings, std::string_view platform) {
    const auto text = [&](std::string_view key) { return text_of(settings, platform, key); };
    platform::Application application;
    application.client_id = text("client_id");
    const auto secret = "platforms." + std::string(platform) + ".client_secret";
    if (config::find_setting(secret) != nullptr)
        application.client_secret = settings.secret(secret);
    application.base_url = text("base_url");
    application.authorize_url = text("authorize_url");
    application.token_url = text("token_url");
    application.api_version = text("api_version");
    return application;
}

void require_application(const platform::Driver& driver, const platform::Application& application) {
    const auto& sign_in = *driver.sign_in;
    const bool lacks_id = application.client_id.empty();
    if (!lacks_id && (!sign_in.is_confidential || !application.client_secret.empty()))
        return;
    const auto table = "platforms." + std::string(driver.id);
    throw Error(
        Code::invalid,
        "Connecting " + std::string(driver.title) +
            " needs an application of yours, and there is no " + table +
            (lacks_id ? ".client_id" : ".client_secret"),
        "Register one (" + std::string(sign_in.registration) +
            "), then write client_id and client_secret into [" + table + "] of the configuration.");
}

void complete(platform::Access& access, platform::Application application) {
    access.application = std::move(application);
    if (access.base_url.empty())
        access.base_url = access.application.base_url;
}

platform::Access open_account(const Tools& tools, store::Reader& reader, const AccountId& account) {
    auto access = platform::open_account(reader, tools.vault, account);
    complete(access, application_of(tools.settings, access.platform));
    return access;
}

void find_own_application(const Tools& tools, store::Reader& reader, platform::Access& access) {
    const auto config = json::try_parse(access.config);
    const auto id = config ? json::text_or(*config, "application", "") : "";
    if (id.empty())
        return;
    const auto found = platform::find_application_by_id(
        reader, tools.vault(), access.platform, access.base_url, id);
    if (found)
        access.application = *found;
}

std::string callback_url(const config::Settings& settings, std::string_view platform) {
    const auto own = settings.text("http.public_url");
    if (own.empty())
        return {};
    return net::join(own, "/api/v1/oauth/" + std::string(platform) + "/callback");
}

}  // namespace caas::flow
