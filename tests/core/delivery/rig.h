// A database in memory (or on the PostgreSQL server of the tests) with one workspace, and what the
// tests of delivery do to it. Every statement runs in a transaction of its own unless `write` is
// given more.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/id.h"
#include "core/delivery/attempt.h"
#include "core/delivery/lane.h"
#include "core/delivery/ledger.h"
#include "core/delivery/post.h"
#include "core/store/connection.h"
#include "core/store/migrate.h"
#include "core/store/sqlite_connection.h"
#include "core/store/sqlite_faults.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"

namespace caas::delivery {

class Rig {
  public:
    Rig()
        : connection_(
              schema_
                  ? schema_->connector()->open_writer()
                  : store::open_sqlite(
                        ":memory:", store::SqliteMode::write, store::SqliteFaults("memory.db"))) {
        if (connection_->engine() == "sqlite")
            connection_->run_script("PRAGMA foreign_keys = ON");
        store::migrate(*connection_, store::migrations(), clock);
        write([&](store::Transaction& transaction) {
            transaction.execute(
                "INSERT INTO organization (id, name, slug, created_at) VALUES ('o', 'O', 'o', 0)",
                {});
            for (const auto& id : {workspace, other_workspace})
                transaction.execute(
                    "INSERT INTO workspace (id, organization_id, name, zone, created_at) "
                    "VALUES ($1, 'o', $1, 'UTC', 0)",
                    {id});
            add_content(transaction, workspace, content, version);
        });
        account = add_account("main");
    }

    template <typename Function>
    std::invoke_result_t<Function&, store::Transaction&> write(Function&& function) {
        // Committed as it goes out of scope, unless something was thrown.
        struct Scope {
            explicit Scope(store::Connection& to) : connection(to) { connection.begin(); }

            Scope(const Scope&) = delete;
            Scope& operator=(const Scope&) = delete;

            ~Scope() {
                if (std::uncaught_exceptions() > exceptions)
                    connection.rollback();
                else
                    connection.commit();
            }

            store::Connection& connection;
            int exceptions = std::uncaught_exceptions();
        };

        const Scope scope(*connection_);
        store::Transaction transaction(*connection_);
        return function(transaction);
    }

    store::Reader& reader() { return *connection_; }

    AccountId add_account(const std::string& name) {
        const AccountId id("account-" + name);
        write([&](store::Transaction& transaction) {
            transaction.execute(
                R"(INSERT INTO account (id, workspace_id, platform, name, handle, remote_id,
    base_url, config, state, catch_up_ms, on_unknown, created_at, updated_at)
VALUES ($1, $2, 'test', $3, $3, $3, '', '{}', 'active', 86400000, 'ask', 0, 0))",
                {id, workspace, name});
        });
        return id;
    }

    static void add_content(
        store::Transaction& transaction,
        const WorkspaceId& workspace,
        const ContentId& content,
        const VersionId& version) {
        transaction.execute(
            "INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at) "
            "VALUES ($1, $2, 'T', 1, 0, 0)",
            {content, workspace});
        transaction.execute(
            R"(INSERT INTO version (id, workspace_id, content_id, number, body, digest, origin,
    created_at)
VALUES ($1, $2, $3, 1, '{}', '', 'written', 0))",
            {version, workspace, content});
    }

    NewPost draft() {
        NewPost post;
        post.id = ids.make<PostId>();
        post.workspace = workspace;
        post.account = account;
        post.content = content;
        post.version = version;
        post.platform = "test";
        post.due_at = clock.now();
        return post;
    }

    PostId add(const NewPost& post) {
        write(
            [&](store::Transaction& transaction) { insert_post(transaction, post, clock.now()); });
        return post.id;
    }

    PostId add_post() { return add(draft()); }

    Post post(const PostId& id) { return find_post(reader(), id).value(); }

    // Forces a state, for tests that begin in the middle.
    void force(const PostId& id, PostState state) {
        write([&](store::Transaction& transaction) {
            transaction.execute(
                "UPDATE post SET state = $2 WHERE id = $1", {id, std::string(name(state))});
        });
    }

    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker ids{clock, random};
    WorkspaceId workspace{"workspace"};
    WorkspaceId other_workspace{"workspace-other"};
    ContentId content{"content"};
    VersionId version{"version"};
    AccountId account;

  private:
    std::unique_ptr<fake::PostgresSchema> schema_ =
        fake::is_on_postgres()
            ? std::make_unique<fake::PostgresSchema>(fake::PostgresSchema::Kind::migrated)
            : nullptr;
    std::unique_ptr<store::Connection> connection_;
};

}  // namespace caas::delivery
