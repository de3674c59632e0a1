#include "core/access/revocation.h"

#include <string_view>

#include "core/base/error.h"

namespace caas::access {
namespace {

store::Rows read(store::Reader& former, std::string_view sql, const store::Values& values) {
    try {
        return former.query(sql, values);
    } catch (const Error&) {
        return {};
    }
}

// The values to bind: who or what it is, since when, and how; none where the row is damaged.
store::Values values_of(const store::Row& row) {
    try {
        store::Values values{row.text(0), row.instant(1)};
        if (row.size() > 2)
            values.emplace_back(row.maybe_text(2));
        return values;
    } catch (const Error&) {
        return {};
    }
}

std::int64_t carry(
    store::Transaction& transaction, const store::Rows& rows, std::string_view update) {
    std::int64_t count = 0;
    for (const auto& row : rows) {
        const auto values = values_of(row);
        if (!values.empty())
            count += transaction.execute(update, values);
    }
    return count;
}

}  // namespace

std::int64_t carry_revocations(
    store::Transaction& transaction, store::Reader* former, Instant made_at) {
    if (former == nullptr)
        return 0;
    const auto tokens =
        read(*former, "SELECT id, revoked_at FROM token WHERE revoked_at IS NOT NULL", {});
    const auto sessions = read(
        *former,
        R"sql(
SELECT id, ended_at,
    CASE WHEN ended_by IN ('logout', 'reuse', 'password', 'administrator') THEN ended_by END
FROM session
WHERE ended_at IS NOT NULL)sql",
        {});
    // They may be let in again, and a database that is older than the backup does not know.
    const auto people =
        read(*former, "SELECT id, disabled_at FROM person WHERE disabled_at > $1", {made_at});
    const auto organizations =
        read(*former, "SELECT id, disabled_at FROM organization WHERE disabled_at > $1", {made_at});
    return carry(
               transaction,
               tokens,
               "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL") +
           carry(
               transaction,
               sessions,
               "UPDATE session SET ended_at = $2, ended_by = $3 "
               "WHERE id = $1 AND ended_at IS NULL") +
           carry(
               transaction,
               people,
               "UPDATE person SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL") +
           carry(
               transaction,
               organizations,
               "UPDATE organization SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL");
}

}  // namespace caas::access
