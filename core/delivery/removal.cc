#include "core/delivery/removal.h"

#include <optional>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/delivery/change.h"

namespace caas::delivery {
namespace {

void mark_begun(store::Transaction& transaction, const Post& post, Instant now) {
    const auto message = std::string(post.parts_published > 1 ? "Some of it" : "It") +
                         " may have been removed already; finish it: caas posts take-back " +
                         post.id.text() + ".";
    transaction.execute(
        R"(UPDATE post
SET code = $3, message = $4, updated_at = $5
WHERE id = $1
    AND state = $2)",
        {post.id, name(post.state), taking_back_code, message, now});
}

// What it said of parts that are out holds no more.
Post once_removed(Post post) {
    const bool was_begun_before = post.code == taking_back_code;
    if (post.state != PostState::failed) {
        if (was_begun_before) {
            post.code.clear();
            post.message.clear();
        }
        return post;
    }
    if (was_begun_before)
        post.code = thread_stopped_code;
    if (post.code == thread_stopped_code || post.code == account_disconnected_code)
        post.message = "What was out of it was taken back; the rest was not sent.";
    return post;
}

store::Value text_or_null(const std::string& text) {
    return text.empty() ? store::Value() : store::Value(text);
}

}  // namespace

Post begin_removal(store::Transaction& transaction, const Post& post, Instant now) {
    auto after = is_settled(post.state) ? post : cancel(transaction, post.workspace, post.id, now);
    mark_begun(transaction, after, now);
    return once_removed(std::move(after));
}

Post note_removal(store::Transaction& transaction, const Post& seen, Instant now) {
    const auto changed = transaction.execute(
        R"(UPDATE post
SET removed_at = $5, updated_at = $5, code = $6, message = $7
WHERE workspace_id = $1
    AND id = $2
    AND state = $3
    AND parts_published = $4
    AND parts_published > 0)",
        {seen.workspace,
         seen.id,
         name(seen.state),
         seen.parts_published,
         now,
         text_or_null(seen.code),
         text_or_null(seen.message)});
    if (changed != 1)
        throw Error(
            Code::conflict,
            "More of the post " + seen.id.text() + " may be out than was taken back.",
            "Do it again: caas posts take-back " + seen.id.text());
    return get_post(transaction, seen.workspace, seen.id);
}

}  // namespace caas::delivery
