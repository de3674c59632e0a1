// What a platform counted of a published post at one moment, part by part. Samples are kept for
// ever: together they are the history that charts are drawn from.
//
// Functions over a reader or a transaction; plain data.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::metric {

// By name: "likes", "reposts", "replies", "impressions" … What a platform does not tell is not
// there, which is not the same as zero.
using Numbers = std::map<std::string, std::int64_t>;

struct Sample {
    Instant taken_at{};
    int part = 0;
    Numbers numbers;
};

void keep_sample(
    store::Transaction& transaction,
    const PostId& post,
    const WorkspaceId& workspace,
    const Sample& sample);

// The newest first, parts in their order; at most `most` moments.
std::vector<Sample> list_samples(
    store::Reader& reader, const WorkspaceId& workspace, const PostId& post, int most);

}  // namespace caas::metric
