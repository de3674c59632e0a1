#include "tests/sim/world.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/delivery/change.h"
#include "core/store/migrate.h"
#include "core/store/sqlite_connection.h"
#include "core/store/sqlite_faults.h"
#include "tests/sim/engine_actor.h"

namespace caas::sim {
namespace {

using delivery::PostState;

// People and engines act for so long, then it calms down.
constexpr std::int64_t least_busy_time = 30'000;
constexpr std::int64_t most_busy_time = 4 * 60'000;
constexpr int most_calm_events = 20'000;

bool is_later(std::int64_t at, std::int64_t number, std::int64_t other_at, std::int64_t other) {
    return at != other_at ? at > other_at : number > other;
}

}  // namespace

void Tally::add(const Tally& other) {
    runs += other.runs;
    events += other.events;
    posts += other.posts;
    published += other.published;
    things += other.things;
    kills += other.kills;
    kills_in_flight += other.kills_in_flight;
    stalls += other.stalls;
    lanes_lost += other.lanes_lost;
    in_doubt += other.in_doubt;
    late += other.late;
    faults += other.faults;
    edits += other.edits;
    jumps += other.jumps;
}

namespace {

// Says that it is a server's, so that what is only run there is run here.
class Far final : public store::Connection {
  public:
    explicit Far(store::Connection& inner) : inner_(inner) {}

    store::Rows query(std::string_view sql, const store::Values& values) override {
        return inner_.query(sql, values);
    }

    std::int64_t execute(std::string_view sql, const store::Values& values) override {
        return inner_.execute(sql, values);
    }

    void run_script(std::string_view sql) override { inner_.run_script(sql); }

    void begin() override { inner_.begin(); }

    void begin_read() override { inner_.begin_read(); }

    void commit() override { inner_.commit(); }

    void rollback() override { inner_.rollback(); }

    void begin_savepoint() override { inner_.begin_savepoint(); }

    void release_savepoint() override { inner_.release_savepoint(); }

    void rollback_savepoint() override { inner_.rollback_savepoint(); }

    bool has_table(std::string_view name) override { return inner_.has_table(name); }

    void copy_to(const std::filesystem::path& file) override { inner_.copy_to(file); }

    std::vector<std::string> check() override { return inner_.check(); }

    std::string_view engine() const override { return "postgres"; }

  private:
    store::Connection& inner_;
};

}  // namespace

Database::Database()
    : connection_(store::open_sqlite(
          ":memory:", store::SqliteMode::write, store::SqliteFaults("memory.db"))),
      far_(std::make_unique<Far>(*connection_)) {
    const fake::FakeClock clock;
    // An engine that was taken for dead may not take a lane: its row is gone.
    connection_->run_script("PRAGMA foreign_keys = ON");
    store::migrate(*connection_, store::migrations(), clock);
    connection_->run_script(R"(
INSERT INTO organization (id, name, slug, created_at) VALUES ('o', 'O', 'o', 0);
INSERT INTO workspace (id, organization_id, name, zone, created_at)
VALUES ('w', 'o', 'W', 'UTC', 0);
INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at)
VALUES ('c', 'w', 'T', 1, 0, 0);
INSERT INTO version (id, workspace_id, content_id, number, body, digest, origin, created_at)
VALUES ('v1', 'w', 'c', 1, '{}', '', 'written', 0), ('v2', 'w', 'c', 2, '{}', '', 'written', 0),
    ('v3', 'w', 'c', 3, '{}', '', 'written', 0);
)");
}

void Database::empty() {
    // Each by itself: a script would be compiled anew for every run.
    for (const auto* table : {"attempt", "lane", "engine", "post", "account"})
        connection_->execute(std::string("DELETE FROM ") + table, {});
}

World::World(Database& database, std::uint64_t seed, const Setting& what)
    : chance(seed),
      random(seed + 1),
      platform(chance, now),
      setting(what),
      database_(database),
      ids_(clock_, random) {
    database_.travel(seed % 2 == 0);
    doors.driver = [](std::string_view word) -> const platform::Driver* {
        for (const auto kind : kinds) {
            if (name(kind) == word)
                return &driver(kind);
        }
        return nullptr;
    };
    doors.publication = [](store::Reader&, const delivery::Post& post) {
        platform::Publication publication;
        publication.post = post.id;
        publication.parts.resize(static_cast<std::size_t>(post.parts));
        return publication;
    };
    doors.open = [](store::Reader&, const AccountId& id) {
        platform::Access access;
        access.account = id;
        access.config = "{}";
        return access;
    };
    doors.policy = [](store::Reader& reader, const AccountId& id) {
        const auto rows =
            reader.query("SELECT state, catch_up_ms, on_unknown FROM account WHERE id = $1", {id});
        delivery::Policy policy;
        policy.is_active = rows.at(0).text(0) == "active";
        policy.catch_up = Milliseconds(rows.at(0).integer(1));
        policy.resends = rows.at(0).text(2) == "resend";
        return policy;
    };
    doors.keep = [](store::Transaction&, const AccountId&, const platform::Credentials&) {};
    doors.stop =
        [](store::Transaction& transaction, const AccountId& id, const flow::AccountStop&) {
            transaction.execute("UPDATE account SET state = 'paused' WHERE id = $1", {id});
        };
}

World::~World() = default;

void World::after(std::int64_t ms, std::function<void()> event) {
    events_.push_back({now + ms, ++numbered_, std::move(event)});
    std::push_heap(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
        return is_later(a.at, a.number, b.at, b.number);
    });
}

void World::step() {
    std::pop_heap(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
        return is_later(a.at, a.number, b.at, b.number);
    });
    auto event = std::move(events_.back());
    events_.pop_back();
    if (event.at > now) {
        clock_.advance(Milliseconds(event.at - now));
        now = event.at;
    }
    ++tally_.events;
    event.run();
}

bool World::is_dead(const EngineId& engine) const {
    for (const auto& actor : engines_) {
        if (actor->id() != engine)
            continue;
        return !actor->is_alive() || (has_stalls && actor->is_stalled_for(30'000));
    }
    return true;
}

bool World::is_calling(const AccountId& account) const {
    return std::ranges::any_of(
        engines_, [&](const auto& engine) { return engine->is_calling(account); });
}

void World::write(const std::function<void(store::Transaction&)>& work) {
    auto& connection = database_.connection();
    connection.begin();
    try {
        store::Transaction transaction(connection);
        work(transaction);
    } catch (...) {
        connection.rollback();
        throw;
    }
    const bool fails = !is_calm && chance.happens(15);
    const bool is_durable = !fails || chance.happens(500);
    if (is_durable)
        connection.commit();
    else
        connection.rollback();
    if (!fails)
        return;
    ++tally_.faults;
    throw Error(Code::unavailable, "the store did not answer");
}

void World::complain(const std::string& what) {
    complaints_.push_back(what);
}

void World::add_post(const std::string& account) {
    delivery::NewPost post;
    post.id = ids_.make<PostId>();
    post.workspace = WorkspaceId("w");
    post.account = AccountId(account);
    post.content = ContentId("c");
    post.platform = account.substr(0, account.find('-'));
    post.parts = !setting.is_about_stalls && chance.happens(400) ? 1 : chance.between(2, 3);
    // Each version has as many parts as its number.
    post.version = VersionId("v" + std::to_string(post.parts));
    post.due_at = clock_.now() + Milliseconds(chance.between(0, 120'000));
    write([&](store::Transaction& transaction) {
        const auto policy = doors.policy(transaction, post.account);
        post.account_is_active = policy.is_active;
        delivery::insert_post(transaction, post, clock_.now());
    });
    posts_.push_back(post.id);
    ++tally_.posts;
}

void World::set_up() {
    database_.empty();
    clock_.advance(Milliseconds(0));
    has_stalls = setting.is_about_stalls || chance.happens(600);
    busy_time_ = setting.is_about_stalls || chance.happens(200)
                     ? most_busy_time
                     : chance.between(least_busy_time, most_busy_time / 2);
    is_calm = true;
    // Small: what many posts can show, few posts show more often in the same time.
    const int accounts = chance.happens(150) ? 3 : chance.between(1, 2);
    for (int i = 0; i < accounts; ++i) {
        const auto kind = kinds[static_cast<std::size_t>(chance.below(5))];
        const auto id = std::string(name(kind)) + "-" + std::to_string(i);
        resends_[id] = chance.happens(80);
        write([&](store::Transaction& transaction) {
            transaction.execute(
                R"(INSERT INTO account (id, workspace_id, platform, name, handle, remote_id,
    base_url, config, state, catch_up_ms, on_unknown, created_at, updated_at)
VALUES ($1, 'w', $2, $1, $1, $1, '', '{}', 'active', $3, $4, 0, 0))",
                {id,
                 name(kind),
                 std::int64_t{chance.happens(100) ? 120'000 : 86'400'000},
                 resends_[id] ? "resend" : "ask"});
        });
        const int posts = chance.between(1, 2);
        for (int j = 0; j < posts; ++j)
            add_post(id);
    }
    is_calm = false;
    const int engines = chance.between(2, 3);
    for (int i = 0; i < engines; ++i)
        start_engine();
}

void World::start_engine() {
    const Milliseconds offset(is_calm ? 0 : chance.between(-500, 500));
    engines_.push_back(std::make_shared<EngineActor>(*this, ids_.make<EngineId>(), ids_, offset));
    engines_.back()->start();
}

void World::kill(EngineActor& engine) {
    engine.kill();
    ++tally_.kills;
    if (engine.has_call())
        ++tally_.kills_in_flight;
    after(chance.latency(5'000, 60'000), [this] {
        if (!is_calm)
            start_engine();
    });
}

// The machine's misfortunes.
void World::disturb() {
    if (is_calm)
        return;
    std::vector<EngineActor*> living;
    std::vector<EngineActor*> busy;
    for (const auto& engine : engines_) {
        if (!engine->is_alive() || engine->is_stalled_for(0))
            continue;
        living.push_back(engine.get());
        if (engine->has_call())
            busy.push_back(engine.get());
    }
    // More often where it hurts.
    const auto& among = busy.empty() || chance.happens(300) ? living : busy;
    if (!among.empty()) {
        auto& engine =
            *among[static_cast<std::size_t>(chance.below(static_cast<int>(among.size())))];
        const bool stalls = setting.is_about_stalls && engine.has_call();
        if (!stalls && chance.happens(200)) {
            kill(engine);
        } else if (stalls || chance.happens(300)) {
            engine.stall(
                now + (chance.happens(500) ? chance.between(0, 15'000)
                                           : chance.between(30'000, 150'000)));
            ++tally_.stalls;
        } else if (
            chance.happens(150) &&
            engine.set_wall_clock(std::chrono::minutes(chance.between(-60, 60)))) {
            ++tally_.jumps;
        }
    }
    after(chance.between(200, 8'000), [this] { disturb(); });
}

delivery::Post World::any_post() {
    const auto at = chance.below(static_cast<int>(posts_.size()));
    return delivery::find_post(reader(), posts_[static_cast<std::size_t>(at)]).value();
}

std::vector<delivery::Post> World::all_posts() {
    static const auto sql = std::string(delivery::post_select()) + "ORDER BY p.id";
    std::vector<delivery::Post> posts;
    for (const auto& row : reader().query(sql, {}))
        posts.push_back(delivery::read_post(row));
    return posts;
}

// Everything heals: one healthy engine, every account active, every doubt settled by a look.
void World::calm_down() {
    is_calm = true;
    for (const auto& engine : engines_)
        engine->kill();
    events_.clear();
    calls.clear();
    platform.is_healthy = true;
    platform.arrive(true);
    start_engine();
    try {
        come_to_rest();
    } catch (const Error& fault) {
        complain(std::string("a person was told at last: ") + fault.what());
    }
}

void World::come_to_rest() {
    for (int i = 0; i < most_calm_events; ++i) {
        if (i % 50 == 0 && engines_.back()->is_idle()) {
            bool is_waiting = delivery::next_wake(reader()).has_value();
            const auto posts = is_waiting ? std::vector<delivery::Post>() : all_posts();
            for (const auto& post : posts) {
                if (post.state == PostState::paused) {
                    write([&](store::Transaction& transaction) {
                        transaction.execute(
                            "UPDATE account SET state = 'active' WHERE id = $1", {post.account});
                        delivery::resume_posts(transaction, post.account, clock_.now());
                    });
                    is_waiting = true;
                } else if (post.state == PostState::unconfirmed && !post.wake_at) {
                    reconcile(post);
                    is_waiting = true;
                }
            }
            if (!is_waiting && i > 0)
                return;
        }
        step();
    }
    complain("it did not come to rest");
}

std::vector<std::string> World::run() {
    set_up();
    after(chance.between(0, 5'000), [this] { disturb(); });
    after(chance.between(0, 5'000), [this] { act_as_person(); });
    while (!events_.empty() && now < busy_time_)
        step();
    calm_down();
    verify();
    ++tally_.runs;
    tally_.late += static_cast<std::int64_t>(platform.late.size());
    return complaints_;
}

}  // namespace caas::sim
