#include "tests/bench/queue/home.h"

#include <algorithm>
#include <stdexcept>

#include "core/access/bootstrap.h"
#include "core/content/content.h"
#include "core/delivery/beat_liveness.h"
#include "core/delivery/liveness.h"
#include "core/flow/doors.h"
#include "core/net/curl.h"
#include "core/platform/account.h"
#include "core/store/postgres.h"
#include "tests/bench/queue/driver.h"

namespace caas::bench {
namespace {

constexpr int batch = 500;

const vault::Vault& no_vault() {
    throw std::logic_error("the benchmark's accounts have no secrets");
}

// About what a post weighs in the peers' benchmarks.
std::string text_of_a_post() {
    std::string text;
    for (int i = 0; i < 8; ++i)
        text += "Launching our new feature today! ";
    return text.substr(0, 240);
}

std::unique_ptr<store::Connector> connector(const Setting& setting) {
    return setting.database.empty() ? store::sqlite(setting.folder / "caas.db")
                                    : store::postgres(Secret(setting.database));
}

const billing::Plans& no_limits() {
    static const billing::Plans plans({config::Plan{.id = "any"}}, "any", false);
    return plans;
}

}  // namespace

Home::Home(const Setting& what)
    : setting(what),
      store(connector(setting), clock),
      http(net::curl_client()),
      tools{
          store,
          clock,
          random,
          ids,
          *http,
          settings,
          no_vault,
          log,
          setting.folder,
          setting.folder,
          no_limits},
      doors(flow::make_doors(tools)) {
    const bool calls = !setting.sink.empty();
    doors.driver = [calls](std::string_view) { return calls ? &http_driver() : &idle_driver(); };
    fill();
}

void Home::fill() {
    owner = store.write([&](store::Transaction& transaction) {
        return access::bootstrap(transaction, ids, clock.now(), "bench", "UTC");
    });
    for (int i = 0; i < setting.accounts; i += batch) {
        store.write([&](store::Transaction& transaction) {
            for (int k = i; k < std::min(i + batch, setting.accounts); ++k) {
                platform::NewAccount wanted;
                wanted.workspace = owner.workspace;
                wanted.platform = "outbox";
                wanted.name = "account-" + std::to_string(k);
                wanted.identity = platform::outbox_identity(wanted.name);
                wanted.identity.base_url = setting.sink;
                platform::insert_account(transaction, ids, tools.vault, wanted, clock.now());
                accounts_.push_back(wanted.name);
            }
        });
    }
    content_ = store.write([&](store::Transaction& transaction) {
        content::Draft draft;
        draft.body.parts = {{text_of_a_post(), {}}};
        return content::create(transaction, owner.workspace, ids, clock.now(), draft).id.text();
    });
}

flow::PostOrder Home::order(int number, Instant due) const {
    flow::PostOrder order;
    order.content = content_;
    order.accounts = {accounts_[static_cast<std::size_t>(number) % accounts_.size()]};
    order.when.at = due;
    return order;
}

void Home::schedule(int first, int count, Instant due, Milliseconds apart) {
    std::vector<flow::PostOrder> orders;
    orders.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        orders.push_back(order(first + i, due + i * apart));
    flow::make_posts(tools, owner, orders);
}

flow::Engine::Parts Home::parts() {
    return {
        store,
        doors,
        *http,
        clock,
        random,
        ids,
        log,
        [this](const EngineId& id) -> std::unique_ptr<delivery::Liveness> {
            const auto folder = setting.folder / "engines";
            if (setting.database.empty())
                return std::make_unique<delivery::FileLiveness>(folder, id);
            auto made = std::make_unique<delivery::BeatLiveness>(store, clock, folder, id, "bench");
            made->live();
            return made;
        }};
}

flow::Engine::Options Home::options() const {
    flow::Engine::Options options;
    options.workers = static_cast<std::size_t>(setting.callers);
    options.description = "bench";
    return options;
}

}  // namespace caas::bench
