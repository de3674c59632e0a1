#include "core/app/maintenance.h"

#include <sys/stat.h>

#include "core/app/daemon_presence.h"
#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/time_zone.h"
#include "core/store/connection.h"
#include "core/store/migrate.h"
#include "core/store/store.h"

namespace caas::app {
namespace {

constexpr std::size_t most_key_bytes = 64U << 10U;

// What makes a database file a backup: a table of one row, gone again once it is restored.
constexpr std::string_view make_mark = R"(
CREATE TABLE backup (
    made_at BIGINT NOT NULL,
    secret_key TEXT
))";

std::int64_t count(store::Reader& reader, std::string_view sql) {
    return reader.query(sql, {}).front().integer(0);
}

std::int64_t count_contents(store::Reader& reader) {
    return count(reader, "SELECT count(*) FROM content WHERE deleted_at IS NULL");
}

std::int64_t count_posts(store::Reader& reader) {
    return count(reader, "SELECT count(*) FROM post");
}

std::string first_fault(const std::vector<std::string>& faults) {
    return faults.empty() ? std::string() : faults.front();
}

void remove_with_journals(const std::filesystem::path& file) {
    std::error_code ignored;
    for (const auto* end : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(file.string() + end, ignored);
}

// Deletes a half-made file unless it is kept.
class Draft {
  public:
    explicit Draft(std::filesystem::path file) : file_(std::move(file)) {}

    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    ~Draft() {
        if (!is_kept_)
            remove_with_journals(file_);
    }

    const std::filesystem::path& file() const { return file_; }

    void keep_as(const std::filesystem::path& name) {
        std::error_code failed;
        std::filesystem::rename(file_, name, failed);
        if (failed)
            throw Error(Code::forbidden, "The file " + name.string() + " cannot be made");
        is_kept_ = true;
    }

  private:
    std::filesystem::path file_;
    bool is_kept_ = false;
};

std::optional<std::string> secret_key_of(const config::Paths& paths) {
    std::error_code ignored;
    if (!std::filesystem::exists(paths.secret_key(), ignored))
        return std::nullopt;
    return read_file(paths.secret_key(), most_key_bytes);
}

}  // namespace

BackupFacts backup(App& app, const std::filesystem::path& file, bool with_keys) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        throw Error(
            Code::conflict,
            "The file " + file.string() + " exists already",
            "name another one: a backup overwrites nothing");
    Draft draft(file.string() + ".part");
    remove_with_journals(draft.file());
    const auto former_mask = umask(0077);
    BackupFacts facts;
    try {
        app.store().copy_to(draft.file());
        const auto connector = store::sqlite(draft.file());
        const auto connection = connector->open_writer();
        connection->run_script("PRAGMA journal_mode = DELETE");
        connection->run_script(make_mark);
        const auto key = with_keys ? secret_key_of(app.paths()) : std::nullopt;
        facts.has_keys = key.has_value();
        connection->execute(
            "INSERT INTO backup (made_at, secret_key) VALUES ($1, $2)",
            {app.clock().now(), key ? store::Value(to_base64(*key)) : store::Value()});
        if (const auto fault = first_fault(connection->check()); !fault.empty())
            throw Error(
                Code::storage_corrupt, "The copy is not sound: " + fault, "run `caas doctor`");
        facts.contents = count_contents(*connection);
        facts.posts = count_posts(*connection);
    } catch (...) {
        umask(former_mask);
        throw;
    }
    umask(former_mask);
    draft.keep_as(file);
    facts.bytes = std::filesystem::file_size(file);
    return facts;
}

RestoreFacts restore(const config::Paths& paths, const std::filesystem::path& file, Clock& clock) {
    make_folder(paths.data);
    const auto lock = take_daemon_lock(paths.data);
    if (!lock)
        throw Error(
            Code::engine_running,
            "A daemon uses this data: " + running_daemon(paths.data).value_or("caasd"),
            "stop it first");
    RestoreFacts facts;
    Draft draft(paths.database().string() + ".restored");
    remove_with_journals(draft.file());
    std::error_code failed;
    std::filesystem::copy_file(file, draft.file(), failed);
    if (failed)
        throw Error(
            std::filesystem::exists(file) ? Code::forbidden : Code::not_found,
            "The file " + file.string() + " cannot be read: " + failed.message());
    std::filesystem::permissions(draft.file(), std::filesystem::perms(0600));

    std::optional<std::string> key;
    {
        const auto connection = store::sqlite(draft.file())->open_writer();
        if (const auto fault = first_fault(connection->check()); !fault.empty())
            throw Error(Code::invalid, "The backup is damaged: " + fault, "use another one");
        const auto marks = connection->query(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'backup'", {});
        if (marks.front().integer(0) == 0)
            throw Error(
                Code::invalid,
                file.string() + " is not a backup of caas",
                "`caas backup FILE` makes one");
        store::pending(*connection, store::migrations());
        if (const auto text =
                connection->query("SELECT secret_key FROM backup", {}).front().maybe_text(0))
            key = from_base64(*text);
        connection->run_script("DROP TABLE backup");
        facts.contents = count_contents(*connection);
        facts.posts = count_posts(*connection);
    }
    if (std::filesystem::exists(paths.database())) {
        auto stamp = to_rfc3339(clock.now()).substr(0, 19);
        std::erase(stamp, ':');
        facts.kept = paths.database().string() + ".before-restore-" + stamp;
        for (const auto* end : {"", "-wal", "-shm"}) {
            if (const auto from = paths.database().string() + end; std::filesystem::exists(from))
                std::filesystem::rename(from, facts.kept.string() + end);
        }
    }
    draft.keep_as(paths.database());
    if (key) {
        write_file(paths.secret_key(), *key);
        facts.has_keys = true;
    }
    return facts;
}

SchemaFacts check_database(App& app) {
    SchemaFacts facts;
    facts.faults = app.store().check();
    facts.version = app.store().read([](store::Reader& reader) {
        return reader.query("SELECT max(number) FROM migration", {}).front().integer(0);
    });
    return facts;
}

}  // namespace caas::app
