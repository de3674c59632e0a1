#include "core/flow/take_back.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/base/error.h"
#include "core/base/json.h"
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

}  // namespace

delivery::Post take_back(
    const Tools& tools,
    const access::Principal& principal,
    const PostId& id,
    const PostCheck& check) {
    platform::Access access;
    std::vector<platform::Entry> published;
    const platform::Driver* driver = nullptr;
    const auto post = tools.store.read([&](store::Reader& reader) {
        auto found = delivery::get_post(reader, principal.workspace, id);
        if (check)
            check(found);
        driver = &platform::get(found.platform);
        if (found.parts_published == 0)
            throw Error(
                Code::conflict,
                "Nothing of the post " + id.text() + " is out",
                "cancel it instead: caas posts cancel " + id.text());
        if (found.removed_at)
            return found;
        if (driver->remove == nullptr)
            throw no_way(*driver, found);
        access = open_account(tools, reader, found.account);
        published = published_entries(reader, id);
        return found;
    });
    if (post.removed_at)
        return post;
    const AccountCall call(tools, access);
    std::ranges::reverse(published);
    for (const auto& entry : published)
        driver->remove(entry, access, call.tools());
    return tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        auto after = delivery::note_removal(transaction, principal.workspace, id, now);
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
