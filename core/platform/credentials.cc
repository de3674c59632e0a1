#include "core/platform/credentials.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace caas::platform {
namespace {

std::string identity_of(const AccountId& id) {
    return "account/" + id.text() + "/secret";
}

}  // namespace

bool is_empty(const Credentials& credentials) {
    return credentials.access.empty() && credentials.refresh.empty();
}

std::string seal_credentials(
    const vault::Vault& vault, const AccountId& id, const Credentials& credentials) {
    Json plain{{"access", credentials.access.reveal()}, {"refresh", credentials.refresh.reveal()}};
    if (credentials.refresh_expires_at)
        plain["refresh_expires_at"] = to_ms(*credentials.refresh_expires_at);
    const Secret text(json::dump(plain));
    return vault.seal(text.reveal(), identity_of(id));
}

Credentials open_credentials(
    const vault::Vault& vault, const AccountId& id, std::string_view sealed) {
    const auto text = vault.open(sealed, identity_of(id));
    const auto plain = json::parse(text.reveal(), "The account's credentials");
    Credentials credentials;
    credentials.access = Secret(json::text_or(plain, "access", ""));
    credentials.refresh = Secret(json::text_or(plain, "refresh", ""));
    if (const auto at = json::integer(plain, "refresh_expires_at"))
        credentials.refresh_expires_at = from_ms(*at);
    return credentials;
}

}  // namespace caas::platform
