#include "core/flow/doors.h"

#include "core/base/error.h"
#include "core/config/setting.h"
#include "core/content/version.h"
#include "core/platform/account.h"

namespace caas::flow {
namespace {

platform::Publication publication_of(store::Reader& reader, const delivery::Post& post) {
    const auto version = content::find_version(reader, post.workspace, post.version);
    if (!version)
        throw Error(Code::storage_corrupt, "The version of the post is gone");
    platform::Publication publication;
    publication.post = post.id;
    for (const auto& part : content::parts_for(version->body, post.platform))
        publication.parts.push_back({part.text, part.media});
    publication.language = version->body.language;
    publication.options = content::options_for(version->body, post.platform);
    publication.due_at = post.due_at;
    return publication;
}

delivery::Policy policy_of(store::Reader& reader, const AccountId& id) {
    const auto account = platform::load_account(reader, id);
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

Doors make_doors(const Tools& tools) {
    Doors doors;
    doors.driver = [](std::string_view id) { return platform::find(id); };
    doors.publication = publication_of;
    doors.open = [&tools](store::Reader& reader, const AccountId& id) {
        return platform::open_account(reader, tools.vault, id);
    };
    doors.policy = policy_of;
    doors.keep = [&tools](
                     store::Transaction& transaction,
                     const AccountId& id,
                     const platform::Credentials& credentials) {
        platform::keep_credentials(transaction, tools.vault(), id, credentials, tools.clock.now());
    };
    doors.stop =
        [&tools](store::Transaction& transaction, const AccountId& id, const AccountStop& stop) {
            const auto state = stop.needs_sign_in ? platform::AccountState::needs_sign_in
                                                  : platform::AccountState::paused;
            platform::set_state(transaction, id, state, stop.message, tools.clock.now());
        };
    return doors;
}

}  // namespace caas::flow
