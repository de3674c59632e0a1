#include "core/flow/doors.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "core/base/error.h"
#include "core/config/setting.h"
#include "core/content/version.h"
#include "core/flow/application.h"
#include "core/flow/look_alike.h"
#include "core/flow/media.h"
#include "core/flow/renew.h"
#include "core/flow/sign_in_lost.h"
#include "core/platform/account.h"
#include "core/platform/account_name.h"

namespace caas::flow {
namespace {

// The last few versions that were sent: one text often goes to many accounts, and a version never
// changes. Thread-safe.
class Versions {
  public:
    std::shared_ptr<const content::Body> get(
        store::Reader& reader, const WorkspaceId& workspace, const VersionId& id) {
        const Key key(workspace, id);
        {
            const std::scoped_lock lock(mutex_);
            const auto at = std::ranges::find(kept_, key, &Kept::first);
            if (at != kept_.end())
                return at->second;
        }
        auto version = content::find_version(reader, workspace, id);
        if (!version)
            throw Error(Code::storage_corrupt, "The version of the post is gone");
        auto body = std::make_shared<const content::Body>(std::move(version->body));
        const std::scoped_lock lock(mutex_);
        if (kept_.size() >= most)
            kept_.pop_front();
        kept_.emplace_back(key, body);
        return body;
    }

  private:
    static constexpr std::size_t most = 16;
    using Key = std::pair<WorkspaceId, VersionId>;
    // Shared between this and whoever reads one while it is pushed out.
    using Kept = std::pair<Key, std::shared_ptr<const content::Body>>;

    std::mutex mutex_;
    std::deque<Kept> kept_;
};

bool has_media(const std::vector<content::Part>& parts) {
    return std::ranges::any_of(
        parts, [](const content::Part& part) { return !part.media.empty(); });
}

platform::Publication publication_of(
    const Tools& tools,
    store::Reader& reader,
    const content::Body& body,
    const delivery::Post& post) {
    platform::Publication publication;
    publication.post = post.id;
    const auto& parts = content::parts_for(body, post.platform);
    if (has_media(parts)) {
        const auto limits = platform::limits_of(platform::load_account(reader, post.account));
        publication.parts =
            platform_parts(tools, reader, post.workspace, body, post.platform, limits);
    } else {
        for (const auto& part : parts)
            publication.parts.push_back({part.text, {}});
    }
    publication.language = body.language;
    publication.options = content::options_for(body, post.platform);
    publication.due_at = post.due_at;
    return publication;
}

// Of what is out without an id, only what may look like the post leaves a doubt whose is whose: of
// the rest the address is as good as an id.
void settle_unlike(
    delivery::Made& made, store::Reader& reader, Versions& versions, const delivery::Post& post) {
    if (made.seen.empty())
        return;
    const auto own = versions.get(reader, post.workspace, post.version);
    std::erase_if(made.seen, [&](const delivery::Seen& other) {
        const auto theirs = versions.get(reader, other.workspace, other.version);
        if (may_look_alike(
                content::parts_for(*own, post.platform),
                content::parts_for(*theirs, post.platform)))
            return false;
        if (!other.url.empty())
            made.names.push_back(other.url);
        return true;
    });
}

delivery::Policy policy_of(const platform::Standing& account) {
    delivery::Policy policy;
    policy.is_active = account.state == platform::AccountState::active;
    policy.is_gone = account.state == platform::AccountState::disconnected;
    policy.catch_up = account.catch_up;
    policy.resends = account.on_unknown == platform::OnUnknown::resend;
    return policy;
}

}  // namespace

platform::Tools driver_tools(const Tools& tools) {
    return {tools.http, tools.clock, tools.random};
}

std::string default_base_url(const config::Settings& settings, std::string_view platform) {
    const auto name = "platforms." + std::string(platform) + ".base_url";
    return config::find_setting(name) == nullptr ? std::string() : settings.text(name);
}

Doors make_doors(const Tools& tools, std::function<void()> mailed) {
    Doors doors;
    doors.driver = [](std::string_view id) { return platform::find(id); };
    // Shared by the copies of what is returned.
    const auto versions = std::make_shared<Versions>();
    doors.publication = [&tools, versions](store::Reader& reader, const delivery::Post& post) {
        const auto body = versions->get(reader, post.workspace, post.version);
        return publication_of(tools, reader, *body, post);
    };
    doors.open = [&tools](store::Reader& reader, const AccountId& id) {
        return open_account(tools, reader, id);
    };
    doors.policy = [](store::Reader& reader, const AccountId& id) {
        return policy_of(platform::load_standing(reader, id));
    };
    doors.open_all = [&tools](store::Reader& reader, std::span<const AccountId> ids) {
        std::vector<Opened> opened;
        std::map<std::string, platform::Application> applications;  // by platform
        for (auto& account : platform::prepare_accounts(reader, tools.vault, ids)) {
            const auto& platform = account.access.platform;
            auto known = applications.find(platform);
            if (known == applications.end())
                known =
                    applications.emplace(platform, application_of(tools.settings, platform)).first;
            complete(account.access, known->second);
            opened.push_back(
                {account.standing.account,
                 policy_of(account.standing),
                 std::move(account.access),
                 std::move(account.refusal)});
        }
        return opened;
    };
    doors.made_by_others = [&tools, versions](const delivery::Post& post, Instant since) {
        return tools.store.read([&](store::Reader& reader) {
            const auto accounts = platform::accounts_of_identity(reader, post.account);
            auto made = delivery::made_by_others(reader, post, accounts, since);
            settle_unlike(made, reader, *versions, post);
            return made;
        });
    };
    doors.keep = [&tools](
                     store::Transaction& transaction,
                     const AccountId& id,
                     const platform::Credentials& credentials) {
        platform::keep_credentials(transaction, tools.vault(), id, credentials, tools.clock.now());
    };
    doors.renew = [&tools](
                      const platform::Driver& driver,
                      const platform::Access& old,
                      const platform::Tools& seams) {
        return renew(tools, driver, old, seams).credentials;
    };
    doors.stop = [&tools, mailed = std::move(mailed)](
                     store::Transaction& transaction,
                     const AccountId& id,
                     const AccountStop& stop) {
        if (stop.needs_sign_in) {
            lose_sign_in(tools, transaction, id, stop.message);
            if (mailed)
                mailed();
        } else {
            platform::set_state(
                transaction, id, platform::AccountState::paused, stop.message, tools.clock.now());
        }
    };
    doors.admit = [&tools, ration = ration_of(tools.settings)](
                      store::Transaction& transaction,
                      const delivery::Post& post,
                      const platform::Driver& driver,
                      int beside) {
        return admit(transaction, post, driver, ration, beside, tools.clock.now());
    };
    doors.refund = [ration = ration_of(tools.settings)](
                       store::Transaction& transaction,
                       const delivery::Post& post,
                       const platform::Driver& driver,
                       int parts,
                       Milliseconds passed) {
        refund(transaction, post, driver, ration, parts, passed);
    };
    doors.close = [&tools](
                      store::Transaction& transaction,
                      const AccountId& account,
                      const platform::Driver& driver,
                      Instant until) {
        close_account(transaction, account, driver, until, tools.clock.now());
    };
    return doors;
}

}  // namespace caas::flow
