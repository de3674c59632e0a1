// The database of a test: SQLite in a folder, or, where CAAS_TEST_POSTGRES gives the address of a
// server (tests/fake/postgres.sh), a schema of its own there that vanishes with its object.
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/store/migrate.h"
#include "core/store/postgres.h"
#include "core/store/store.h"

namespace caas::fake {

inline bool is_on_postgres() {
    const char* const url = std::getenv("CAAS_TEST_POSTGRES");
    return url != nullptr && *url != '\0';
}

// The session on the server of CAAS_TEST_POSTGRES by which schemas are made and taken away: one for
// the whole program, since a new one costs the server more than what is asked of it. A test may
// have stopped the server or ended every session, so what fails is asked once more, by a new one.
class PostgresServer {
  public:
    static PostgresServer& get() {
        static PostgresServer server;
        return server;
    }

    void run(const std::string& script) {
        ask([&] { session_->run_script(script); });
    }

    std::string text(const std::string& query) {
        std::string found;
        ask([&] { found = session_->query(query, {}).at(0).text(0); });
        return found;
    }

  private:
    template <typename Question>
    void ask(Question question) {
        const std::lock_guard lock(mutex_);
        if (session_) {
            try {
                return question();
            } catch (const Error&) {
                session_.reset();
            }
        }
        session_ = store::postgres(Secret(std::getenv("CAAS_TEST_POSTGRES")))->open_writer();
        question();
    }

    std::mutex mutex_;
    std::unique_ptr<store::Connection> session_;
};

// A schema on the server of CAAS_TEST_POSTGRES, of this object alone: an empty one, or one that has
// every migration. The latter cost a second of the server's time, so they are emptied and used
// again by the same program, unless a test has changed more than rows.
class PostgresSchema {
  public:
    enum class Kind { empty, migrated };

    explicit PostgresSchema(Kind kind = Kind::empty) : kind_(kind) {
        if (kind == Kind::migrated && reuse())
            return;
        static std::atomic<int> count = 0;
        name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
        PostgresServer::get().run(
            "DROP SCHEMA IF EXISTS " + name_ + " CASCADE; CREATE SCHEMA " + name_);
        if (kind == Kind::migrated) {
            store::migrate(*connector()->open_writer(), store::migrations(), SystemClock());
            shape_ = shape();
        }
    }

    PostgresSchema(const PostgresSchema&) = delete;
    PostgresSchema& operator=(const PostgresSchema&) = delete;

    ~PostgresSchema() {
        try {
            if (kind_ == Kind::migrated && shape() == shape_)
                keep();
            else
                PostgresServer::get().run("DROP SCHEMA " + name_ + " CASCADE");
        } catch (const std::exception&) {
            return;  // a test may have stopped the server
        }
    }

    Secret url() const { return with_schema(std::getenv("CAAS_TEST_POSTGRES")); }

    // The same schema by another way to the server.
    Secret with_schema(const std::string& server) const {
        const auto* const joint = server.find('?') == std::string::npos ? "?" : "&";
        return Secret(server + joint + "options=-csearch_path%3D" + name_);
    }

    std::unique_ptr<store::Connector> connector() const { return store::postgres(url()); }

  private:
    struct Kept {
        std::string name;
        std::string shape;
    };

    struct Shelf {
        Shelf() { PostgresServer::get(); }  // which is to outlive it

        ~Shelf() {
            try {
                for (const auto& one : kept)
                    PostgresServer::get().run("DROP SCHEMA " + one.name + " CASCADE");
            } catch (const std::exception&) {
                return;
            }
        }

        std::mutex mutex;
        std::vector<Kept> kept;
    };

    static Shelf& shelf() {
        static Shelf shelf;
        return shelf;
    }

    bool reuse() {
        const std::lock_guard lock(shelf().mutex);
        if (shelf().kept.empty())
            return false;
        name_ = std::move(shelf().kept.back().name);
        shape_ = std::move(shelf().kept.back().shape);
        shelf().kept.pop_back();
        return true;
    }

    // Deleting costs less than truncating as long as a table is small; the schema's tables are not
    // vacuumed.
    void keep() {
        PostgresServer::get().run(
            "DO $$ DECLARE one record; BEGIN SET LOCAL session_replication_role = replica;"
            " FOR one IN SELECT oid::regclass AS name, pg_relation_size(oid) AS size FROM pg_class"
            " WHERE relnamespace = '" +
            name_ +
            "'::regnamespace AND relkind = 'r'"
            " AND relname <> 'migration' LOOP"
            " IF one.size > 65536 THEN EXECUTE 'TRUNCATE ' || one.name || ' CASCADE';"
            " ELSIF one.size > 0 THEN EXECUTE 'DELETE FROM ' || one.name; END IF;"
            " END LOOP; END $$");
        const std::lock_guard lock(shelf().mutex);
        shelf().kept.push_back({std::move(name_), std::move(shape_)});
    }

    // Of columns, indices, constraints and migrations; the same as long as only rows were changed.
    std::string shape() const {
        return PostgresServer::get().text(
            "SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM ("
            "SELECT concat(c.relname, '.', a.attname, a.atttypid, a.attnotnull) AS line FROM"
            " pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = '" +
            name_ +
            "'::regnamespace AND a.attnum > 0"
            " UNION ALL SELECT concat(conname, contype, convalidated) FROM pg_constraint"
            " WHERE connamespace = '" +
            name_ +
            "'::regnamespace"
            " UNION ALL SELECT concat(number, checksum) FROM " +
            name_ + ".migration) AS everything");
    }

    Kind kind_;
    std::string name_;
    std::string shape_;
};

// Has every migration already on PostgreSQL; an empty file in a folder, or an empty schema, where a
// test wants to see it made.
class Database {
  public:
    explicit Database(
        std::filesystem::path folder, PostgresSchema::Kind kind = PostgresSchema::Kind::migrated)
        : file_(std::move(folder) / "caas.db") {
        if (is_on_postgres())
            schema_ = std::make_unique<PostgresSchema>(kind);
    }

    // Each reaches the same database.
    std::unique_ptr<store::Connector> connector() const {
        return schema_ ? schema_->connector() : store::sqlite(file_);
    }

  private:
    std::filesystem::path file_;
    std::unique_ptr<PostgresSchema> schema_;
};

}  // namespace caas::fake
