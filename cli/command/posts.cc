#include <array>

#include "cli/command/commands.h"

namespace caas::cli::command {
namespace {

constexpr std::array<const Command*, 10> children{
    &posts_list,
    &posts_show,
    &posts_wait,
    &posts_cancel,
    &posts_move,
    &posts_retry,
    &posts_reconcile,
    &posts_take_back,
    &posts_metrics,
    &posts_calendar,
};

}  // namespace

extern constexpr Command posts{
    .name = "posts",
    .summary = "what is sent to whom and when, and what came of it",
    .about = "A post is one version of a content, to be sent to one account at one time.",
    .arguments = {},
    .options = {},
    .examples = "caas posts list --state failed\ncaas posts show 1a2b3c4d",
    .children = children,
};

}  // namespace caas::cli::command
