#include <array>

#include "cli/command/commands.h"

namespace caas::cli::command {
namespace {

constexpr std::array<const Command*, 9> children{
    &content_add,
    &content_list,
    &content_show,
    &content_edit,
    &content_delete,
    &content_search,
    &content_versions,
    &content_diff,
    &content_restore,
};

}  // namespace

extern constexpr Command content{
    .name = "content",
    .summary = "what will be posted, and every version of it",
    .about = "A content is one idea; each change makes a new version, and versions never change.",
    .arguments = {},
    .options = {},
    .examples = "caas content list\ncaas content diff 1a2b3c4d 1 2",
    .children = children,
};

}  // namespace caas::cli::command
