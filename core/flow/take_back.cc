#include "core/flow/take_back.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/delivery/removal.h"
#include "core/flow/account_call.h"
#include "core/flow/application.h"
#include "core/platform/account.h"

namespace caas::flow {
namespace {

Error no_way(const platform::Driver& driver, const delivery::Post& post) {
    return {
        Code::conflict,
        "caas cannot take a post back from " + std::string(driver.title),
        post.url.empty() ? "delete it there by hand" : "delete it there by hand: " + post.url};
}

std::string by_hand(const delivery::Post& post) {
    return "delete it there by hand" +
           (post.url.empty() ? ", from the account " + post.account_name : ": " + post.url);
}

// A person may have said that it is out (after a restore, say); then caas cannot find all of it.
void require_record(const delivery::Post& post, std::size_t on_record) {
    if (on_record >= static_cast<std::size_t>(post.parts_published))
        return;
    throw Error(
        Code::conflict,
        "The post " + post.id.text() + " cannot be taken back: of the parts that are out, " +
            std::to_string(on_record) + " of " + std::to_string(post.parts_published) +
            " are on record with an address",
        by_hand(post));
}

// What an engine has in hand, or may have sent, would be out after the rest was removed.
void require_certain(const delivery::Post& post) {
    const auto what = "The post " + post.id.text() + " cannot be taken back: ";
    if (post.state == delivery::PostState::publishing)
        throw Error(
            Code::conflict,
            what + "it is being published right now",
            "wait until that has ended: caas posts show " + post.id.text());
    if (post.state == delivery::PostState::unconfirmed)
        throw Error(
            Code::conflict,
            what + "more of it may be out than is known",
            "look at the account, then run: caas posts reconcile " + post.id.text() +
                " --sent URL | --not-sent");
}

Error nothing_out(const delivery::Post& post) {
    return {
        Code::conflict,
        "Nothing of the post " + post.id.text() + " is out: it is " +
            std::string(delivery::name(post.state)),
        delivery::is_settled(post.state)
            ? "what happened: caas posts show " + post.id.text()
            : "cancel it instead: caas posts cancel " + post.id.text()};
}

// Nothing came out after it was taken back, nor will it.
bool is_gone(const delivery::Post& post) {
    return post.removed_at && post.settled_at && *post.settled_at <= *post.removed_at;
}

struct Removal {
    delivery::Post post;  // as it is once it is removed
    const platform::Driver* driver = nullptr;
    platform::Access access;
    std::vector<platform::Entry> published;
};

// Ends what would still be sent of it, so that nothing follows what is removed.
Removal begin_removal(
    const Tools& tools,
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    const PostCheck& check) {
    Removal removal;
    auto& post = removal.post;
    post = delivery::get_post(transaction, workspace, id);
    if (check)
        check(post);
    require_certain(post);
    if (post.parts_published == 0)
        throw nothing_out(post);
    if (is_gone(post))
        return removal;
    removal.driver = &platform::get(post.platform);
    if (removal.driver->remove == nullptr)
        throw no_way(*removal.driver, post);
    removal.access = open_account(tools, transaction, post.account);
    removal.published = published_entries(transaction, id);
    require_record(post, removal.published.size());
    post = delivery::begin_removal(transaction, post, tools.clock.now());
    return removal;
}

}  // namespace

delivery::Post take_back(
    const Tools& tools,
    const access::Principal& principal,
    const PostId& id,
    const PostCheck& check) {
    auto removal = tools.store.write([&](store::Transaction& transaction) {
        return begin_removal(tools, transaction, principal.workspace, id, check);
    });
    const auto& post = removal.post;
    if (is_gone(post))
        return post;
    const AccountCall call(tools, removal.access);
    std::ranges::reverse(removal.published);
    for (const auto& entry : removal.published)
        removal.driver->remove(entry, removal.access, call.tools());
    return tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        auto after = delivery::note_removal(transaction, post, now);
        access::record(
            transaction,
            now,
            access::actor_of(principal),
            principal.organization.text(),
            {"post.take_back", id.text()},
            {{"platform", post.platform}, {"url", post.url}});
        return after;
    });
}

}  // namespace caas::flow
