#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <unordered_map>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/store/sqlite_connection.h"
#include "core/store/sqlite_log.h"
#include "core/store/sqlite_statement.h"

namespace caas::store {
namespace {

constexpr int busy_timeout_ms = 5000;
// Distinct statements a connection keeps prepared; caas has fewer, so this only bounds a mistake.
constexpr std::size_t most_kept = 256;

// SQLite keeps the system's number of a failed opening; after a failed write it is still in errno,
// which whoever calls SQLite has cleared before.
Error fault(
    const SqliteFaults& faults, const SQLite::Exception& e, const SQLite::Database& database) {
    const int left = errno;
    const int kept = sqlite3_system_errno(database.getHandle());
    const bool is_kept = left == 0 || (e.getErrorCode() == SQLITE_CANTOPEN && kept != 0);
    return faults.of(e.getErrorCode(), e.getExtendedErrorCode(), is_kept ? kept : left, e.what());
}

struct TextHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

class SqliteConnection final : public Connection {
  public:
    SqliteConnection(const std::string& name, int flags, SqliteFaults faults)
        : name_(name),
          is_read_only_((flags & SQLite::OPEN_READONLY) != 0),
          faults_(std::move(faults)),
          database_(open(name, flags, faults_)) {
        guard([&] {
            sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
            sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
            if (!is_read_only_)
                sqlite3_update_hook(database_.getHandle(), on_change, this);
            return 0;
        });
    }

    Rows query(std::string_view sql, const Values& values) override {
        return guard([&] {
            const auto& prepared = prepare(sql);
            Use use(prepared, values);
            Rows rows;
            const int count = sqlite3_column_count(prepared.statement.get());
            while (use.step()) {
                std::vector<Value> columns;
                columns.reserve(static_cast<std::size_t>(count));
                for (int i = 0; i < count; ++i)
                    columns.push_back(use.value(i));
                rows.emplace_back(std::move(columns));
            }
            return rows;
        });
    }

    std::int64_t execute(std::string_view sql, const Values& values) override {
        return guard([&] { return run(prepare(sql), values); });
    }

    std::vector<std::int64_t> execute_each(
        std::string_view sql, const std::vector<Values>& rows) override {
        return guard([&] {
            std::vector<std::int64_t> changed;
            changed.reserve(rows.size());
            auto& prepared = prepare(sql);
            for (const auto& values : rows)
                changed.push_back(run(prepared, values));
            return changed;
        });
    }

    void run_script(std::string_view sql) override {
        guard([&] { return database_.exec(std::string(sql)); });
    }

    void begin() override {
        execute("BEGIN IMMEDIATE", {});
        has_changed_access_ = false;
    }

    void begin_read() override { execute("BEGIN", {}); }

    void commit() override { execute("COMMIT", {}); }

    void rollback() override {
        if (sqlite3_get_autocommit(database_.getHandle()) == 0)
            execute("ROLLBACK", {});
    }

    void begin_savepoint() override { execute("SAVEPOINT one", {}); }

    void release_savepoint() override { execute("RELEASE one", {}); }

    void rollback_savepoint() override {
        execute("ROLLBACK TO one", {});
        execute("RELEASE one", {});
    }

    bool has_table(std::string_view name) override {
        return !query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", {name})
                    .empty();
    }

    void copy_to(const std::filesystem::path& file) override;
    std::vector<std::string> check() override;

    std::string_view engine() const override { return "sqlite"; }

    bool has_changed_access() const override { return has_changed_access_; }

    void watch_log(std::function<bool(int)> on_logged) {
        on_logged_ = std::move(on_logged);
        const auto tell = [](void* self, sqlite3* handle, const char* name, int pages) {
            // What goes wrong is no fault of the commit, which is durable; the next one meets it.
            if (static_cast<SqliteConnection*>(self)->on_logged_(pages))
                sqlite3_wal_checkpoint_v2(
                    handle, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
            return SQLITE_OK;
        };
        sqlite3_wal_hook(database_.getHandle(), tell, this);
    }

  private:
    static SQLite::Database open(const std::string& name, int flags, const SqliteFaults& faults) {
        try {
            const bool writes = (flags & SQLite::OPEN_READWRITE) != 0;
            return {name, flags | SQLite::OPEN_NOMUTEX, busy_timeout_ms, files_for(writes)};
        } catch (const SQLite::Exception& e) {
            // SQLiteCpp has closed the handle already; the system's number is still the last one.
            if (e.getErrorCode() == SQLITE_CANTOPEN)
                throw faults.of_system(errno);
            throw faults.of(e.getErrorCode(), e.getExtendedErrorCode(), 0, e.what());
        }
    }

    // Called by SQLite for every row that is written.
    static void on_change(
        void* self, int /*how*/, const char* /*schema*/, const char* table, sqlite3_int64 /*row*/) {
        constexpr std::array<std::string_view, 5> of_access{
            "member", "organization", "person", "token", "workspace"};
        if (std::ranges::find(of_access, std::string_view(table)) != of_access.end())
            static_cast<SqliteConnection*>(self)->has_changed_access_ = true;
    }

    template <typename Function>
    auto guard(Function function) -> decltype(function()) {
        errno = 0;
        try {
            return function();
        } catch (const SQLite::Exception& e) {
            throw fault(faults_, e, database_);
        }
    }

    // By its text, and before that by where the text lies: most are literals.
    Prepared& prepare(std::string_view sql) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): an address as a number
        const auto address = reinterpret_cast<std::uintptr_t>(sql.data());
        auto& known = recent_[(address >> 3U) % recent_.size()];
        if (known != nullptr && known->sql == sql)
            return *known;
        auto at = prepared_.find(sql);
        if (at == prepared_.end()) {
            if (prepared_.size() >= most_kept) {
                prepared_.clear();
                recent_.fill(nullptr);
            }
            auto made = prepare_statement(database_.getHandle(), sql);
            at = prepared_.emplace(std::string(sql), std::move(made)).first;
        }
        auto& slot = recent_[(address >> 3U) % recent_.size()];
        slot = at->second.get();
        return *slot;
    }

    std::int64_t run(const Prepared& prepared, const Values& values) {
        Use use(prepared, values);
        while (use.step()) {
        }
        return std::int64_t{sqlite3_changes(database_.getHandle())};
    }

    std::unique_ptr<SqliteConnection> same_for_writing() const;

    std::string name_;
    bool is_read_only_;
    SqliteFaults faults_;
    SQLite::Database database_;
    // By the statement's text; dies before the database.
    std::unordered_map<std::string, std::unique_ptr<Prepared>, TextHash, std::equal_to<>> prepared_;
    std::array<Prepared*, 128> recent_{};
    bool has_changed_access_ = false;
    std::function<bool(int)> on_logged_;
};

void SqliteConnection::copy_to(const std::filesystem::path& file) {
    const SqliteFaults faults(file);
    std::error_code failed;
    const bool is_there = std::filesystem::exists(file, failed);
    if (failed)
        throw faults.of_system(failed.value());
    if (is_there)
        throw Error(
            Code::conflict,
            file.string() + " is there already",
            "Choose another name; a copy never replaces a file.");
    auto half = file;
    half += ".part";
    std::filesystem::remove(half, failed);
    if (failed)
        throw faults.of_system(failed.value());
    const int fd = ::open(half.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        throw faults.of_system(errno);
    ::close(fd);
    try {
        SQLite::Database target(half.string(), SQLite::OPEN_READWRITE, busy_timeout_ms);
        errno = 0;
        try {
            target.exec("PRAGMA synchronous = FULL");
            SQLite::Backup backup(target, database_);
            while (backup.executeStep(-1) != SQLITE_DONE) {
            }
        } catch (const SQLite::Exception& e) {
            throw fault(faults, e, target);
        }
    } catch (...) {
        std::filesystem::remove(half, failed);
        throw;
    }
    std::filesystem::rename(half, file, failed);
    if (failed) {
        const auto error = faults.of_system(failed.value());
        std::filesystem::remove(half, failed);
        throw error;
    }
}

// nullptr when the file cannot be written.
std::unique_ptr<SqliteConnection> SqliteConnection::same_for_writing() const {
    try {
        return std::make_unique<SqliteConnection>(name_, SQLite::OPEN_READWRITE, faults_);
    } catch (const Error&) {
        return nullptr;
    }
}

std::vector<std::string> SqliteConnection::check() {
    std::vector<std::string> faults;
    try {
        // SQLite gives CHECK constraints only to connections that may write.
        const auto writer = is_read_only_ ? same_for_writing() : nullptr;
        auto& all_seeing = writer ? *writer : *this;
        for (const auto& row : all_seeing.query("PRAGMA integrity_check", {})) {
            if (row.text(0) != "ok")
                faults.push_back(row.text(0));
        }
        for (const auto& row : query("PRAGMA foreign_key_check", {}))
            faults.push_back(
                "a row of " + row.text(0) + " refers to one of " + row.text(2) +
                " that is not there");
    } catch (const Error& e) {
        if (e.code() != Code::storage_corrupt)
            throw;
        faults.emplace_back(e.what());
    }
    return faults;
}

}  // namespace

std::unique_ptr<Connection> open_sqlite(
    const std::string& name, SqliteMode mode, const SqliteFaults& faults) {
    // Nobody asks how much memory SQLite uses; counting it would make all connections of the
    // process wait for one mutex at every allocation. Only the first call does anything.
    [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    int flags = SQLite::OPEN_READONLY;
    if (mode == SqliteMode::write)
        flags = SQLite::OPEN_READWRITE;
    else if (mode == SqliteMode::read_address)
        flags |= SQLite::OPEN_URI;
    return std::make_unique<SqliteConnection>(name, flags, faults);
}

void watch_log(Connection& connection, std::function<bool(int)> on_logged) {
    dynamic_cast<SqliteConnection&>(connection).watch_log(std::move(on_logged));
}

}  // namespace caas::store
