#include "core/platform/application.h"

namespace caas::platform {
namespace {

std::string place_of_application(std::string_view platform, std::string_view base_url) {
    return "application/" + std::string(platform) + "/" + std::string(base_url);
}

std::optional<Application> application_in(
    const store::Rows& rows,
    const vault::Vault& vault,
    std::string_view platform,
    std::string_view base_url) {
    if (rows.empty())
        return std::nullopt;
    Application application;
    application.client_id = rows.front().text(0);
    application.client_secret =
        vault.open(rows.front().text(1), place_of_application(platform, base_url));
    application.base_url = base_url;
    return application;
}

}  // namespace

std::optional<Application> find_application(
    store::Reader& reader,
    const vault::Vault& vault,
    std::string_view platform,
    std::string_view base_url,
    std::string_view redirect_uri) {
    const auto rows = reader.query(
        R"sql(
SELECT client_id, secret
FROM oauth_application
WHERE platform = $1
  AND base_url = $2
  AND redirect_uri = $3)sql",
        {platform, base_url, redirect_uri});
    return application_in(rows, vault, platform, base_url);
}

std::optional<Application> find_application_by_id(
    store::Reader& reader,
    const vault::Vault& vault,
    std::string_view platform,
    std::string_view base_url,
    std::string_view client_id) {
    const auto rows = reader.query(
        R"sql(
SELECT client_id, secret
FROM oauth_application
WHERE platform = $1
  AND base_url = $2
  AND client_id = $3)sql",
        {platform, base_url, client_id});
    return application_in(rows, vault, platform, base_url);
}

void keep_application(
    store::Transaction& transaction,
    const vault::Vault& vault,
    std::string_view platform,
    std::string_view redirect_uri,
    const Application& application,
    Instant now) {
    transaction.execute(
        R"sql(
INSERT INTO oauth_application (platform, base_url, redirect_uri, client_id, secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (platform, base_url, redirect_uri) DO UPDATE
SET client_id = excluded.client_id, secret = excluded.secret)sql",
        {platform,
         application.base_url,
         redirect_uri,
         application.client_id,
         vault.seal(
             application.client_secret.reveal(),
             place_of_application(platform, application.base_url)),
         now});
}

}  // namespace caas::platform
