#include "core/media/file.h"

#include "core/base/error.h"

namespace caas::media {
namespace {

constexpr Milliseconds lease = std::chrono::minutes(10);
constexpr Milliseconds least_left = std::chrono::minutes(5);

}  // namespace

void announce(
    store::Transaction& transaction, const std::string& digest, std::int64_t size, Instant now) {
    const auto changed = transaction.execute(
        R"sql(
INSERT INTO media_file (digest, size, kept_at, is_going)
VALUES ($1, $2, $3, 0)
ON CONFLICT (digest) DO UPDATE SET kept_at = $3
WHERE media_file.is_going = 0)sql",
        {digest, size, now});
    if (changed == 0)
        throw Error(Code::busy, "A file like this one is being deleted at this moment", "try again")
            .retry_after(2);
}

// Of what is going, `kept_at` is when it was marked.
std::vector<Going> take_unused(store::Transaction& transaction, Instant before, Instant now) {
    std::vector<Going> taken;
    for (const auto& row : transaction.query(
             R"sql(
UPDATE media_file
SET is_going = 1, kept_at = $2
WHERE digest IN (SELECT f.digest FROM media_file f
    WHERE ((f.is_going = 0 AND f.kept_at < $1) OR (f.is_going = 1 AND f.kept_at <= $3))
      AND NOT EXISTS (SELECT 1 FROM medium m WHERE m.digest = f.digest)
      AND NOT EXISTS (SELECT 1 FROM rendition r WHERE r.digest = f.digest)
    LIMIT 100)
RETURNING digest)sql",
             {before, now, now - lease}))
        taken.push_back({row.text(0), now});
    return taken;
}

bool is_held(const Going& going, Instant now) {
    return going.marked_at + lease - now >= least_left;
}

bool hold(store::Transaction& transaction, Going& going, Instant now) {
    const auto changed = transaction.execute(
        R"sql(
UPDATE media_file
SET kept_at = $3
WHERE digest = $1
  AND is_going = 1
  AND kept_at = $2)sql",
        {going.digest, going.marked_at, now});
    going.marked_at = now;
    return changed > 0;
}

void forget(store::Transaction& transaction, const std::vector<Going>& gone) {
    std::vector<store::Values> rows;
    for (const auto& one : gone)
        rows.push_back({one.digest, one.marked_at});
    transaction.execute_each(
        "DELETE FROM media_file WHERE digest = $1 AND is_going = 1 AND kept_at = $2", rows);
}

std::vector<NeededFile> needed_files(store::Reader& reader) {
    std::vector<NeededFile> files;
    for (const auto& row : reader.query(
             R"sql(
SELECT f.digest, min(f.size), min(n.name)
FROM media_file f
JOIN (SELECT digest, name FROM medium
    UNION ALL
    SELECT r.digest, m.name FROM rendition r JOIN medium m ON m.id = r.medium_id) AS n
  ON n.digest = f.digest
GROUP BY f.digest
ORDER BY f.digest)sql",
             {}))
        files.push_back({row.text(0), row.integer(1), row.text(2)});
    return files;
}

std::optional<std::string> type_of(store::Reader& reader, std::string_view digest) {
    const auto rows = reader.query(
        R"sql(
SELECT type FROM medium WHERE digest = $1
UNION ALL
SELECT type FROM rendition WHERE digest = $1
LIMIT 1)sql",
        {digest});
    return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

}  // namespace caas::media
