// The person of a simulated run.
#include "core/base/error.h"
#include "core/delivery/change.h"
#include "tests/sim/world.h"

namespace caas::sim {
namespace {

using delivery::PostState;

const WorkspaceId workspace("w");

}  // namespace

// A person looks at the platform and tells the truth; nobody can while something is on its way.
void World::reconcile(const delivery::Post& post) {
    const auto& id = post.id.text();
    if (calls[id] > 0 || platform.is_on_its_way(id))
        return;
    const bool is_there = platform.made(id, post.parts_published) > 0;
    write([&](store::Transaction& transaction) {
        if (is_there)
            delivery::reconcile_sent(transaction, workspace, post.id, "", clock_.now());
        else
            delivery::reconcile_not_sent(
                transaction,
                workspace,
                post.id,
                doors.policy(transaction, post.account).is_active,
                clock_.now());
    });
    ++tally_.in_doubt;
}

void World::act_as_person() {
    if (is_calm)
        return;
    after(chance.between(500, 12'000), [this] { act_as_person(); });
    const auto post = any_post();
    const auto at = clock_.now();
    try {
        switch (chance.below(9)) {
            case 0:
                write([&](store::Transaction& transaction) {
                    delivery::cancel(transaction, workspace, post.id, at);
                });
                break;
            case 1:
            case 2:
                write([&](store::Transaction& transaction) {
                    delivery::move(
                        transaction,
                        workspace,
                        post.id,
                        {at + Milliseconds(chance.between(0, 60'000)), "", "", ""},
                        doors.policy(transaction, post.account).is_active,
                        at);
                });
                break;
            case 3: {
                const int parts = chance.between(1, 3);
                write([&](store::Transaction& transaction) {
                    delivery::repin(
                        transaction,
                        workspace,
                        post.id,
                        VersionId("v" + std::to_string(parts)),
                        parts,
                        at);
                });
                break;
            }
            case 4:
                write([&](store::Transaction& transaction) {
                    delivery::retry(
                        transaction,
                        workspace,
                        post.id,
                        doors.policy(transaction, post.account).is_active,
                        at);
                });
                break;
            case 5:
                if (post.state != PostState::unconfirmed)
                    return;
                reconcile(post);
                break;
            case 6:
                write([&](store::Transaction& transaction) {
                    transaction.execute(
                        "UPDATE account SET state = 'paused' WHERE id = $1", {post.account});
                    delivery::pause_posts(transaction, post.account, at);
                });
                break;
            case 7:
                write([&](store::Transaction& transaction) {
                    transaction.execute(
                        "UPDATE account SET state = 'active' WHERE id = $1", {post.account});
                    delivery::resume_posts(transaction, post.account, at);
                });
                break;
            default:
                add_post(post.account.text());
                break;
        }
        ++tally_.edits;
    } catch (const Error& refused) {
        if (refused.code() != Code::conflict && refused.code() != Code::unavailable)
            complain(std::string("a person was told: ") + refused.what());
    }
}

}  // namespace caas::sim
