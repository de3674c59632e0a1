// Orders become posts. What many orders share (a version, an account, the workspace) is read and
// checked once, and before the transaction begins, which only makes sure that it still holds: so
// those who write at the same time wait for each other's rows, not for each other's thinking.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/content/content.h"
#include "core/flow/forecast.h"
#include "core/flow/media.h"
#include "core/flow/media_fit.h"
#include "core/flow/plan.h"
#include "core/flow/series.h"
#include "core/flow/slots.h"
#include "core/platform/account_name.h"

namespace caas::flow {
namespace {

using VersionKey = std::pair<std::string, std::int64_t>;

struct Chosen {
    ContentId content;
    content::Version version;
};

void require_connected(const platform::Account& account) {
    if (account.state == platform::AccountState::disconnected)
        throw Error(
            Code::conflict,
            "The account `" + account.name + "` is disconnected",
            "connect it again: " + platform::connect_again(account.platform, account.name));
    if (!platform::get(account.platform).can_publish())
        throw Error(
            Code::conflict,
            "caas cannot publish to " + std::string(platform::get(account.platform).title) +
                " yet");
}

// What is made takes its times from what is stored, which nobody may change meanwhile.
bool needs_transaction(const PostOrder& order) {
    return order.every || order.when.next_slot;
}

// What a plan was made of.
struct Grounds {
    std::map<VersionKey, Chosen> chosen;
    std::map<std::string, platform::Account> accounts;
};

// Nothing that a plan was made of has changed since.
bool do_hold(store::Reader& reader, const WorkspaceId& workspace, const Grounds& grounds) {
    for (const auto& [key, chosen] : grounds.chosen) {
        const auto latest = content::latest_of(reader, workspace, chosen.content);
        if (!latest || (key.second == 0 && *latest != chosen.version.number))
            return false;
    }
    return std::ranges::all_of(grounds.accounts, [&](const auto& account) {
        return platform::is_unchanged(reader, account.second);
    });
}

// Whose pictures are made to fit before it is planned.
struct Fitting {
    content::Body body;
    platform::Account account;
};

// Plans on one state of the data; `transaction` is that state's, for orders that need one. What has
// media goes into `fittings`, where there are any, and is not checked: it may not fit yet.
class Planner {
  public:
    Planner(
        store::Reader& reader,
        store::Transaction* transaction,
        const Tools& tools,
        const access::Principal& principal,
        std::vector<Fitting>* fittings = nullptr)
        : reader_(reader),
          transaction_(transaction),
          tools_(tools),
          principal_(principal),
          fittings_(fittings),
          now_(tools.clock.now()) {}

    void add(const PostOrder& order) {
        if (order.accounts.empty())
            throw Error(
                Code::invalid,
                "No account is named",
                "`caas account list` shows them",
                {{"/accounts", "required", "is empty"}});
        const auto& [content, version] = choose(order);
        std::vector<AccountId> seen;
        for (const auto& name : order.accounts) {
            const auto& account = find(name);
            if (std::find(seen.begin(), seen.end(), account.id) != seen.end())
                continue;
            seen.push_back(account.id);
            require_valid_for(version, account);
            if (order.every) {
                add_series(order, account, version);
                continue;
            }
            const auto due = due_of(order.when, account);
            posts.push_back(
                {.id = tools_.ids.make<PostId>(),
                 .workspace = principal_.workspace,
                 .account = account.id,
                 .content = content,
                 .version = version.id,
                 .platform = account.platform,
                 .account_name = account.name,
                 .version_number = version.number,
                 .parts =
                     static_cast<int>(content::parts_for(version.body, account.platform).size()),
                 .due_at = due.at,
                 .local_time = due.local_time,
                 .zone = due.zone,
                 .time_note = due.note,
                 .account_is_active = account.state == platform::AccountState::active});
        }
    }

    Instant now() const { return now_; }

    std::vector<delivery::NewPost> posts;
    Grounds grounds;

  private:
    delivery::DueTime due_of(const When& when, const platform::Account& account) {
        const auto& zone = account.zone ? *account.zone : this->zone();
        if (!when.next_slot)
            return due_time(when, zone, now_);
        auto slots = slots_.find(account.id);
        if (slots == slots_.end())
            slots = slots_.try_emplace(account.id, *transaction_, account, zone, now_).first;
        // What this transaction has planned is not stored yet.
        for (; noted_ < posts.size(); ++noted_)
            planned_[posts[noted_].account].insert(posts[noted_].due_at);
        return slots->second.next(planned_[account.id]);
    }

    void add_series(
        const PostOrder& order, const platform::Account& account, const content::Version& version) {
        const auto& zone = account.zone ? *account.zone : this->zone();
        auto made = begin_series(
            *transaction_,
            tools_,
            account,
            version,
            {*order.every,
             order.when.local,
             order.when.zone.value_or(zone),
             order.version.has_value()},
            now_);
        std::move(made.begin(), made.end(), std::back_inserter(posts));
    }

    const Chosen& choose(const PostOrder& order) {
        const VersionKey key(order.content, order.version.value_or(0));
        const auto at = grounds.chosen.find(key);
        if (at != grounds.chosen.end())
            return at->second;
        const auto& workspace = principal_.workspace;
        // A whole id needs no search; that it is nobody's, pick_version says.
        const auto content = is_uuid(order.content) && !order.version
                                 ? ContentId(order.content)
                                 : content::resolve(reader_, workspace, order.content);
        return grounds.chosen
            .emplace(key, Chosen{content, pick_version(reader_, workspace, content, order.version)})
            .first->second;
    }

    const platform::Account& find(const std::string& name) {
        const auto at = grounds.accounts.find(name);
        if (at != grounds.accounts.end())
            return at->second;
        auto account = platform::get_account(reader_, principal_.workspace, name);
        require_connected(account);
        return grounds.accounts.emplace(name, std::move(account)).first->second;
    }

    // Accounts of one platform with the same limits of their own are checked once.
    void require_valid_for(const content::Version& version, const platform::Account& account) {
        auto key = std::tuple(version.id, account.platform, account.config);
        if (checked_.contains(key))
            return;
        if (fittings_ != nullptr && names_media(version.body))
            fittings_->push_back({version.body, account});
        else
            require_valid(lint_for(tools_, reader_, version.body, account), version.content);
        checked_.insert(std::move(key));
    }

    const std::string& zone() {
        if (!zone_) {
            const auto place =
                access::find_workspace(reader_, principal_.organization, principal_.workspace);
            zone_ = place ? place->zone : "UTC";
        }
        return *zone_;
    }

    store::Reader& reader_;
    store::Transaction* transaction_;
    const Tools& tools_;
    const access::Principal& principal_;
    std::vector<Fitting>* fittings_;
    const Instant now_;
    std::set<std::tuple<VersionId, std::string, std::string>> checked_;
    std::optional<std::string> zone_;
    std::map<AccountId, FreeSlots> slots_;
    std::map<AccountId, std::set<Instant>> planned_;
    std::size_t noted_ = 0;  // of `posts`, in planned_
};

Error placed(const Error& error, std::size_t number) {
    const auto place = "/items/" + std::to_string(number);
    auto details = error.details();
    for (auto& detail : details)
        detail.pointer = place + detail.pointer;
    if (details.empty())
        details.push_back({place, std::string(facts(error.code()).name), error.what()});
    return {error.code(), error.what(), error.hint(), std::move(details)};
}

void fit(const Tools& tools, const WorkspaceId& workspace, const std::vector<Fitting>& fittings) {
    for (const auto& [body, account] : fittings)
        fit_media(tools, workspace, body, account.platform, platform::limits_of(account));
}

void fit_media_of(const Tools& tools, const access::Principal& principal, const PostOrder& order) {
    fit_posts(tools, principal.workspace, order.content, order.version, order.accounts);
}

// `add` gives a planner its orders. Most are planned on the caller's thread, from what is stored
// now, which also finds out whether there are pictures to make; for the others they are made by
// then.
template <typename Add>
std::vector<delivery::Post> plan_and_insert(
    const Tools& tools,
    const access::Principal& principal,
    bool is_ahead,
    const Add& add,
    const SeeMade& see = {}) {
    std::vector<delivery::NewPost> posts;
    Grounds grounds;
    Instant now{};
    const auto plan_ahead = [&](std::vector<Fitting>* fittings) {
        tools.store.read([&](store::Reader& reader) {
            Planner planner(reader, nullptr, tools, principal, fittings);
            add(planner);
            now = planner.now();
            posts = std::move(planner.posts);
            grounds = std::move(planner.grounds);
        });
    };
    if (is_ahead) {
        std::vector<Fitting> fittings;
        plan_ahead(&fittings);
        if (!fittings.empty()) {
            fit(tools, principal.workspace, fittings);
            plan_ahead(nullptr);
        }
    }
    return tools.store.write([&](store::Transaction& transaction) {
        if (!is_ahead || !do_hold(transaction, principal.workspace, grounds)) {
            Planner planner(transaction, &transaction, tools, principal);
            add(planner);
            posts = std::move(planner.posts);
            now = planner.now();
        }
        require_plan(tools, transaction, principal.organization, posts, now);
        auto made = delivery::insert_posts(transaction, posts, now);
        require_room(tools, transaction, made);
        if (see)
            see(transaction, made);
        return made;
    });
}

}  // namespace

void fit_posts(
    const Tools& tools,
    const WorkspaceId& workspace,
    const std::string& content,
    const std::optional<std::int64_t>& number,
    const std::vector<std::string>& accounts) {
    std::vector<Fitting> fittings;
    try {
        tools.store.read([&](store::Reader& reader) {
            const auto id = content::resolve(reader, workspace, content);
            const auto version = pick_version(reader, workspace, id, number);
            if (!names_media(version.body))
                return;
            for (const auto& name : accounts)
                fittings.push_back({version.body, platform::get_account(reader, workspace, name)});
        });
    } catch (const Error&) {
        return;
    }
    fit(tools, workspace, fittings);
}

void fit_post(
    const Tools& tools, const WorkspaceId& workspace, std::string_view post, std::int64_t version) {
    const auto found = tools.store.read([&](store::Reader& reader) {
        return delivery::get_post(
            reader, workspace, delivery::resolve_post(reader, workspace, post));
    });
    fit_posts(tools, workspace, found.content.text(), version, {found.account.text()});
}

std::vector<delivery::Post> make_posts(
    const Tools& tools,
    const access::Principal& principal,
    const PostOrder& order,
    const SeeMade& see) {
    const bool is_ahead = !needs_transaction(order);
    if (!is_ahead)
        fit_media_of(tools, principal, order);
    return plan_and_insert(
        tools, principal, is_ahead, [&](Planner& planner) { planner.add(order); }, see);
}

std::vector<delivery::Post> make_posts(
    const Tools& tools, const access::Principal& principal, const std::vector<PostOrder>& orders) {
    const bool is_ahead = std::ranges::none_of(orders, needs_transaction);
    // Bulk orders name a few contents again and again.
    std::set<std::tuple<std::string, std::int64_t, std::vector<std::string>>> seen;
    if (!is_ahead) {
        for (const auto& order : orders) {
            if (seen.emplace(order.content, order.version.value_or(0), order.accounts).second)
                fit_media_of(tools, principal, order);
        }
    }
    return plan_and_insert(tools, principal, is_ahead, [&](Planner& planner) {
        for (std::size_t i = 0; i < orders.size(); ++i) {
            try {
                planner.add(orders[i]);
            } catch (const Error& error) {
                throw placed(error, i);
            }
        }
    });
}

}  // namespace caas::flow
