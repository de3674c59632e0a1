// The database of a test: SQLite in a folder, or, where CAAS_TEST_POSTGRES gives the address of a
// server (tests/fake/postgres.sh), a schema of its own there that vanishes with its object.
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

#include "core/store/postgres.h"
#include "core/store/store.h"

namespace caas::fake {

inline bool is_on_postgres() {
    const char* const url = std::getenv("CAAS_TEST_POSTGRES");
    return url != nullptr && *url != '\0';
}

// A fresh schema on the server of CAAS_TEST_POSTGRES.
class PostgresSchema {
  public:
    PostgresSchema() {
        static std::atomic<int> count = 0;
        name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
        run("DROP SCHEMA IF EXISTS " + name_ + " CASCADE; CREATE SCHEMA " + name_);
    }

    PostgresSchema(const PostgresSchema&) = delete;
    PostgresSchema& operator=(const PostgresSchema&) = delete;

    ~PostgresSchema() {
        try {
            run("DROP SCHEMA " + name_ + " CASCADE");
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
    static void run(const std::string& sql) {
        store::postgres(Secret(std::getenv("CAAS_TEST_POSTGRES")))->open_writer()->run_script(sql);
    }

    std::string name_;
};

class Database {
  public:
    explicit Database(std::filesystem::path folder) : file_(std::move(folder) / "caas.db") {
        if (is_on_postgres())
            schema_ = std::make_unique<PostgresSchema>();
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
