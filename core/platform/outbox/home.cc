#include "core/platform/outbox/home.h"

#include <algorithm>
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

struct Outbox {
    AccountId account;
    std::string name;
    std::string folder;
    bool is_connected = false;
};

// Also those that are disconnected: connected again, the same folder is the same account.
std::vector<Outbox> read_outboxes(store::Reader& reader) {
    std::vector<Outbox> outboxes;
    for (const auto& row : reader.query(
             R"sql(
SELECT id, name, remote_id, CASE WHEN state <> 'disconnected' THEN 1 ELSE 0 END
FROM account
WHERE platform = 'outbox'
ORDER BY id)sql",
             {}))
        outboxes.push_back({row.id<AccountId>(0), row.text(1), row.text(2), row.truth(3)});
    return outboxes;
}

// The name of the outbox that had this folder before any was moved; empty: none.
std::string holder_of(const std::vector<Outbox>& outboxes, const fs::path& folder) {
    const auto holder = std::ranges::find_if(
        outboxes, [&](const Outbox& one) { return tidy(one.folder) == folder; });
    return holder == outboxes.end() ? std::string() : holder->name;
}

}  // namespace

Rehomed rehome(
    store::Transaction& transaction, const fs::path& from, const fs::path& to, Instant now) {
    Rehomed done;
    if (tidy(from) == tidy(to))
        return done;
    const auto outboxes = read_outboxes(transaction);
    for (const auto& outbox : outboxes) {
        const auto way = way_within(outbox.folder, from);
        const auto taken_by = way ? holder_of(outboxes, tidy(to / *way)) : std::string();
        if (way && taken_by.empty()) {
            move_to(transaction, outbox.account, to / *way, now);
            done.moved += outbox.is_connected ? 1 : 0;
        } else if (outbox.is_connected && (way || !way_within(outbox.folder, to))) {
            done.elsewhere.push_back({outbox.name, outbox.folder, taken_by});
        }
    }
    return done;
}

}  // namespace caas::platform::outbox
