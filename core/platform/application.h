// Applications that caas registered by itself, one for each instance and each address browsers come
// back to. Their secrets are sealed. Functions over a reader or a transaction.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"
#include "core/vault/vault.h"

namespace caas::platform {

std::optional<Application> find_application(
    store::Reader& reader,
    const vault::Vault& vault,
    std::string_view platform,
    std::string_view base_url,
    std::string_view redirect_uri);
// The same by its id.
std::optional<Application> find_application_by_id(
    store::Reader& reader,
    const vault::Vault& vault,
    std::string_view platform,
    std::string_view base_url,
    std::string_view client_id);
void keep_application(
    store::Transaction& transaction,
    const vault::Vault& vault,
    std::string_view platform,
    std::string_view redirect_uri,
    const Application& application,
    Instant now);

}  // namespace caas::platform
