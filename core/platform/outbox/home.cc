#include "core/platform/outbox/home.h"

#include <optional>

#include "core/base/id.h"
#include "core/platform/account.h"

namespace caas::platform::outbox {
namespace {

namespace fs = std::filesystem;

// One spelling for each folder: CAAS_HOME may end with a slash.
fs::path tidy(const fs::path& folder) {
    auto normal = folder.lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

// The way from a folder to one that lies in it, or is it; nullopt for any other.
std::optional<fs::path> way_within(const fs::path& folder, const fs::path& home) {
    auto way = tidy(folder).lexically_relative(tidy(home));
    if (home.empty() || way.empty() || *way.begin() == "..")
        return std::nullopt;
    return way;
}

void move_to(
    store::Transaction& transaction,
    const AccountId& account,
    const fs::path& folder,
    Instant now) {
    const auto identity = outbox_identity(tidy(folder).string());
    transaction.execute(
        R"sql(
UPDATE account
SET remote_id = $2, handle = $3, updated_at = $4
WHERE id = $1)sql",
        {account, identity.remote_id, identity.handle, now});
}

}  // namespace

Rehomed rehome(
    store::Transaction& transaction, const fs::path& from, const fs::path& to, Instant now) {
    Rehomed done;
    if (tidy(from) == tidy(to))
        return done;
    // Also those that are disconnected: connected again, the same folder is the same account.
    for (const auto& row : transaction.query(
             R"sql(
SELECT id, name, remote_id, CASE WHEN state <> 'disconnected' THEN 1 ELSE 0 END
FROM account
WHERE platform = 'outbox'
ORDER BY id)sql",
             {})) {
        const auto folder = row.text(2);
        if (const auto way = way_within(folder, from)) {
            move_to(transaction, row.id<AccountId>(0), to / *way, now);
            done.moved += row.integer(3);
        } else if (row.truth(3) && !way_within(folder, to)) {
            done.elsewhere.push_back({row.text(1), folder});
        }
    }
    return done;
}

}  // namespace caas::platform::outbox
