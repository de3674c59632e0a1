#include "core/metric/sample.h"

namespace caas::metric {

void keep_sample(
    store::Transaction& transaction,
    const PostId& post,
    const WorkspaceId& workspace,
    const Sample& sample) {
    for (const auto& [name, value] : sample.numbers)
        transaction.execute(
            R"(INSERT INTO metric (post_id, workspace_id, taken_at, part, name, value)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (post_id, taken_at, part, name) DO UPDATE
SET value = excluded.value)",
            {post, workspace, sample.taken_at, sample.part, name, value});
}

std::vector<Sample> list_samples(
    store::Reader& reader, const WorkspaceId& workspace, const PostId& post, int most) {
    std::vector<Sample> samples;
    for (const auto& row : reader.query(
             R"(SELECT taken_at, part, name, value
FROM metric
WHERE workspace_id = $1
    AND post_id = $2
    AND taken_at IN (SELECT DISTINCT m.taken_at FROM metric m
        WHERE m.workspace_id = $1 AND m.post_id = $2
        ORDER BY m.taken_at DESC
        LIMIT $3)
ORDER BY taken_at DESC, part, name)",
             {workspace, post, most})) {
        const auto taken_at = row.instant(0);
        const auto part = static_cast<int>(row.integer(1));
        if (samples.empty() || samples.back().taken_at != taken_at || samples.back().part != part)
            samples.push_back({taken_at, part, {}});
        samples.back().numbers[row.text(2)] = row.integer(3);
    }
    return samples;
}

}  // namespace caas::metric
