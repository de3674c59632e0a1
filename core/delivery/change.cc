#include "core/delivery/change.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/delivery/attempt.h"
#include "core/delivery/hold_back.h"
#include "core/delivery/lane.h"
#include "core/delivery/machine.h"
#include "core/delivery/removal.h"

namespace caas::delivery {
namespace {

[[noreturn]] void refuse(const Post& post, std::string_view verb, std::string hint) {
    std::string why = "The post " + post.id.text() + " cannot be " + std::string(verb);
    switch (post.state) {
        case PostState::publishing:
            why += ": it is being published right now.";
            break;
        case PostState::unconfirmed:
            why += ": it may have been published already.";
            if (hint.empty())
                hint = "Look at the account, then run: caas posts reconcile " + post.id.text() +
                       " --sent URL | --not-sent";
            break;
        default:
            why += ": it is " + std::string(name(post.state)) + ".";
            break;
    }
    throw Error(Code::conflict, why, std::move(hint));
}

// Whatever is sent of it would follow parts that are gone.
void refuse_removed(const Post& post, std::string_view verb) {
    const auto what = "The post " + post.id.text() + " cannot be " + std::string(verb);
    if (post.removed_at)
        throw Error(Code::conflict, what + ": it was taken back.", "Schedule its content anew.");
    if (post.code == taking_back_code)
        throw Error(
            Code::conflict,
            what + ": part of it was taken back.",
            "Finish that: caas posts take-back " + post.id.text());
}

bool is_touched(store::Reader& reader, const PostId& post) {
    return !reader.query("SELECT 1 FROM attempt WHERE post_id = $1 LIMIT 1", {post}).empty();
}

// Due again, by a person's word, from `now` on.
void make_due(Post& post, bool was_touched, bool account_is_active, Instant now) {
    enter(
        post,
        !account_is_active ? PostState::paused
        : was_touched      ? PostState::retrying
                           : PostState::scheduled,
        now);
    post.due_at = now;
    post.wake_at = account_is_active ? std::optional(now) : std::nullopt;
    post.local_time.clear();
    post.time_note.clear();
    post.tries = 0;
    post.looks = 0;
    post.code.clear();
    post.message.clear();
}

// A thread that is half out has failed: what is out stays on record, and a retry goes on after it.
void stop_thread(Post& post, std::string_view code, const std::string& why, Instant now) {
    enter(post, PostState::failed, now);
    post.wake_at.reset();
    post.code = code;
    post.message = "Part " + std::to_string(post.parts_published) + " of " +
                   std::to_string(post.parts) + " is out; " + why;
}

Post in_doubt(store::Transaction& transaction, const WorkspaceId& workspace, const PostId& id) {
    auto post = get_post(transaction, workspace, id);
    if (post.state != PostState::unconfirmed)
        refuse(post, "reconciled", {});
    // Whoever looks for it right now loses its lane: the person's word counts.
    if (lane_with(transaction, post.account, id))
        break_lane(transaction, post.account);
    return post;
}

// Nothing is made by what was in doubt.
void note_absence(store::Transaction& transaction, const PostId& post, Instant now) {
    const auto journal = read_journal(transaction, post);
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        const auto& step = *at;
        if (step.state == AttemptState::done)
            break;
        if (step.state != AttemptState::unknown)
            continue;
        auto absent = step;
        absent.state = AttemptState::failed;
        absent.ending = Ending::absent;
        absent.message = "A person says that it was not sent.";
        absent.ended_at = now;
        update_attempt(transaction, absent);
    }
}

}  // namespace

Post cancel(
    store::Transaction& transaction, const WorkspaceId& workspace, const PostId& id, Instant now) {
    const auto post = get_post(transaction, workspace, id);
    if (!is_allowed(post.state, Event::cancel, PostState::canceled))
        refuse(
            post,
            "canceled",
            post.state == PostState::unconfirmed
                ? "If it is not out, this cancels it: caas posts reconcile " + id.text() +
                      " --not-sent --cancel"
                : "");
    auto after = post;
    if (post.parts_published > 0) {
        stop_thread(after, thread_stopped_code, "the rest was canceled.", now);
        save(transaction, post, after, Event::fail);
        return after;
    }
    enter(after, PostState::canceled, now);
    after.wake_at.reset();
    if (after.code == waiting_code) {
        after.code.clear();
        after.message.clear();
    }
    save(transaction, post, after, Event::cancel);
    return after;
}

Post move(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    const DueTime& due,
    bool account_is_active,
    Instant now) {
    const auto post = get_post(transaction, workspace, id);
    refuse_removed(post, "moved");
    auto after = post;
    const bool is_draft = post.state == PostState::draft;
    enter(after, account_is_active ? PostState::scheduled : PostState::paused, now);
    const auto event = is_draft ? Event::schedule : Event::move;
    if (!is_allowed(post.state, event, after.state))
        refuse(
            post,
            "moved",
            post.state == PostState::failed || post.state == PostState::retrying
                ? "It is tried again at once by: caas posts retry " + post.id.text()
                : "");
    after.due_at = due.at;
    after.wake_at = account_is_active ? std::optional(due.at) : std::nullopt;
    after.local_time = due.local_time;
    after.zone = due.zone;
    after.time_note = due.note;
    after.tries = 0;
    after.code.clear();
    after.message.clear();
    save(transaction, post, after, event);
    return after;
}

void reset_due(store::Transaction& transaction, const Post& post, const DueTime& due, Instant now) {
    auto after = post;
    after.due_at = due.at;
    if (post.wake_at)
        after.wake_at = due.at;
    after.time_note = due.note;
    after.updated_at = now;
    save(transaction, post, after, Event::move);
}

Post repin(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    const VersionId& version,
    int parts,
    Instant now) {
    const auto post = get_post(transaction, workspace, id);
    const bool is_waiting = post.state == PostState::draft || post.state == PostState::scheduled ||
                            post.state == PostState::paused || post.state == PostState::missed;
    if (!is_waiting)
        refuse(post, "edited", {});
    if (is_touched(transaction, id))
        throw Error(
            Code::conflict,
            "The post " + id.text() + " cannot be edited: its sending was begun with version " +
                std::to_string(post.version_number) + ".",
            "Cancel it and schedule the new version.");
    save_version(transaction, id, version, parts, now);
    return get_post(transaction, workspace, id);
}

Post retry(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    bool account_is_active,
    Instant now) {
    const auto post = get_post(transaction, workspace, id);
    if (post.state == PostState::canceled)
        refuse(post, "tried again", "Schedule its content anew.");
    refuse_removed(post, "tried again");
    if (post.state != PostState::failed && post.state != PostState::missed &&
        post.state != PostState::retrying)
        refuse(post, "tried again", {});
    auto after = post;
    if (post.state == PostState::retrying) {
        // It would be tried anyway; a person wants it now.
        after.wake_at = now;
        after.updated_at = now;
        save(transaction, post, after, Event::retry);
        return after;
    }
    make_due(
        after,
        post.state == PostState::failed && is_touched(transaction, id),
        account_is_active,
        now);
    save(transaction, post, after, Event::retry);
    return after;
}

Post reconcile_sent(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    const std::string& url,
    Instant now) {
    const auto post = in_doubt(transaction, workspace, id);
    const auto journal = read_journal(transaction, id);
    const auto open = tail(journal);
    auto after = post;
    after.wake_at.reset();
    // Its journal ends where the backup was made: what was sent after that is none of its steps.
    const bool is_held_back = post.code == held_back_code;
    if (is_held_back)
        after.parts_published = post.parts;
    if (open.pin != nullptr && (open.pin->publishes || !is_held_back)) {
        auto step = *open.pin;
        if (!step.publishes)
            throw Error(
                Code::conflict,
                "What is in doubt of the post " + id.text() +
                    " cannot be seen by others, so nothing of it was published.",
                "Have it sent again: caas posts reconcile " + id.text() + " --not-sent");
        step.state = AttemptState::done;
        step.ending = Ending::there;
        step.url = url;
        step.message = "A person says that it was sent.";
        step.ended_at = now;
        update_attempt(transaction, step);
        after.parts_published = std::max(after.parts_published, step.part + 1);
    }
    if (post.url.empty())
        after.url = url;
    after.tries = 0;
    after.looks = 0;
    after.code.clear();
    after.message.clear();
    enter(after, PostState::published, now);
    if (!after.is_out_whole())
        stop_thread(after, thread_stopped_code, "the rest was not sent.", now);
    save(transaction, post, after, Event::confirm);
    return after;
}

Post reconcile_not_sent(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    bool account_is_active,
    Instant now) {
    const auto post = in_doubt(transaction, workspace, id);
    note_absence(transaction, id, now);
    auto after = post;
    make_due(after, post.parts_published > 0, account_is_active, now);
    save(transaction, post, after, Event::deny);
    return after;
}

Post reconcile_canceled(
    store::Transaction& transaction, const WorkspaceId& workspace, const PostId& id, Instant now) {
    const auto post = in_doubt(transaction, workspace, id);
    note_absence(transaction, id, now);
    auto after = post;
    enter(after, PostState::canceled, now);
    after.wake_at.reset();
    after.code.clear();
    after.message.clear();
    if (post.parts_published > 0)
        stop_thread(after, thread_stopped_code, "the rest was canceled.", now);
    save(transaction, post, after, Event::deny);
    return after;
}

Ended end_posts(store::Transaction& transaction, const AccountId& account, Instant now) {
    Ended ended;
    for (const auto& row : transaction.query(
             R"(SELECT id
FROM post
WHERE account_id = $1
    AND state IN ('retrying', 'paused')
    AND parts_published > 0)",
             {account})) {
        const auto post = find_post(transaction, row.id<PostId>(0));
        auto after = *post;
        stop_thread(
            after,
            account_disconnected_code,
            "the account was disconnected before the rest was sent.",
            now);
        save(transaction, *post, after, Event::fail);
        ++ended.failed;
    }
    for (const auto from :
         {PostState::draft, PostState::scheduled, PostState::retrying, PostState::paused})
        ended.canceled += static_cast<int>(save_all(
            transaction, account, from, PostState::canceled, Event::cancel, Touched::any, now));
    ended.unconfirmed = static_cast<int>(save_all(
        transaction,
        account,
        PostState::unconfirmed,
        PostState::unconfirmed,
        Event::pause,
        Touched::any,
        now));
    reset_lane(transaction, account);
    return ended;
}

}  // namespace caas::delivery
