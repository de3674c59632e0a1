#include <atomic>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/sqlite_checkpoint.h"
#include "core/store/sqlite_connection.h"
#include "core/store/store.h"

namespace caas::store {
namespace {

// "caas" in the file's header (PRAGMA application_id), so that another program's file is not taken.
constexpr std::int64_t application_id = 0x63616173;

std::int64_t owner_of(Connection& connection) {
    return connection.query("PRAGMA application_id", {}).at(0).integer(0);
}

// Looks again under the lock: another process may be making the database at the same time.
void claim(Connection& connection, const SqliteFaults& faults) {
    if (owner_of(connection) == application_id)
        return;
    connection.begin();
    try {
        const auto owner = owner_of(connection);
        const bool is_empty =
            connection.query("SELECT name FROM sqlite_master LIMIT 1", {}).empty();
        if (owner != application_id && (owner != 0 || !is_empty))
            throw faults.corrupt("belongs to another program");
        connection.run_script("PRAGMA application_id = " + std::to_string(application_id));
        connection.commit();
    } catch (...) {
        connection.rollback();
        throw;
    }
}

// Of two that open a new file at once, one is told "busy" whatever the time-out (SQLite does not
// wait for this lock). Waiting for the other's transaction to end does wait.
void use_write_ahead_log(Connection& connection) {
    constexpr int most_tries = 20;
    for (int i = 1;; ++i) {
        try {
            connection.query("PRAGMA journal_mode = WAL", {});
            return;
        } catch (const Error& e) {
            if (e.code() != Code::busy || i == most_tries)
                throw;
        }
        connection.begin();
        connection.rollback();
    }
}

std::string escaped(std::string_view path) {
    std::string out;
    for (const char c : path) {
        if (c == '%')
            out += "%25";
        else if (c == '?')
            out += "%3f";
        else if (c == '#')
            out += "%23";
        else
            out += c;
    }
    return out;
}

// By what this process is allowed now: access() asks what its user would be, and forgets a right
// that was kept (base/owner.h).
bool may(const std::filesystem::path& path, int mode) {
    return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

class SqliteConnector final : public Connector {
  public:
    explicit SqliteConnector(std::filesystem::path file) : file_(std::move(file)), faults_(file_) {}

    std::unique_ptr<Connection> open_writer() override {
        create();
        auto made = open_sqlite(file_.string(), SqliteMode::write, faults_);
        claim(*made, faults_);
        use_write_ahead_log(*made);
        if (has_no_index_)
            claim_index(*made);
        // Up to 1 MB of cached pages: 2 and 8 made no burst of writes faster; the log is cut back
        // to 16 MB after it. The words of a column are checked by who writes them, and all of them
        // by PRAGMA integrity_check (`caas db check`): SQLite would build the list of a CHECK anew
        // for every row, which is a third of what an update of a post costs.
        made->run_script(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -1000;"
            "PRAGMA ignore_check_constraints = ON;"
            "PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY;"
            "PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF");
        watch_log(
            *made,
            [checkpointer = std::make_shared<SqliteCheckpointer>(file_.string(), faults_)](
                int pages) { return checkpointer->on_commit(pages); });
        return made;
    }

    std::unique_ptr<Connection> open_reader() override {
        struct stat found {};

        if (::stat(file_.c_str(), &found) != 0) {
            if (errno == ENOENT)
                return nullptr;
            throw faults_.of_system(errno);
        }
        // A file whose making was cut short is finished by the writer.
        if (found.st_size == 0 || has_beside("-journal"))
            return nullptr;
        if (!may(file_, R_OK))
            throw faults_.of_system(errno);
        try {
            return reader(file_.string(), SqliteMode::read);
        } catch (const Error& e) {
            if (e.code() == Code::storage_full)
                return reader_without_index();
            if (!is_of_disk(e.code()) || is_folder_writable())
                throw;
        }
        // SQLite cannot read a WAL database without writing its index beside it. Where nobody can
        // write, nobody changes the file either, and it may be read as it is, unless a log waits to
        // be applied.
        if (has_beside("-wal"))
            throw faults_.read_only();
        return reader(address("immutable=1"), SqliteMode::read_address);
    }

    // One without an index keeps this process's other connections from making one.
    bool keeps_readers() const override { return !has_no_index_; }

  private:
    std::string address(const std::string& parameter) const {
        return "file:" + escaped(std::filesystem::absolute(file_).string()) + "?" + parameter;
    }

    // Where there is no space for the index beside a WAL database, SQLite keeps one in memory for a
    // reader that is not to write it, and gives it up as soon as another process has a true one.
    std::unique_ptr<Connection> reader_without_index() {
        has_no_index_ = true;
        try {
            return reader(address("readonly_shm=1"), SqliteMode::read_address);
        } catch (const Error&) {
            throw faults_.of_system(ENOSPC);
        }
    }

    // While a reader without an index is open, SQLite lets nobody else in this process write, and a
    // writer that is opened meanwhile never again.
    void claim_index(Connection& writer) {
        try {
            writer.begin();
        } catch (const Error& e) {
            if (e.code() == Code::storage_read_only)
                throw faults_.of_system(ENOSPC);
            throw;
        }
        writer.rollback();
        has_no_index_ = false;
    }

    std::unique_ptr<Connection> reader(const std::string& name, SqliteMode mode) {
        auto made = open_sqlite(name, mode, faults_);
        if (owner_of(*made) != application_id)
            throw faults_.corrupt("belongs to another program");
        made->run_script(
            "PRAGMA cache_size = -1000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
            "PRAGMA trusted_schema = OFF");
        return made;
    }

    static bool is_of_disk(Code code) {
        return code == Code::forbidden || code == Code::storage_read_only ||
               code == Code::unavailable;
    }

    bool is_folder_writable() const {
        const auto folder =
            file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
        return may(folder, W_OK);
    }

    bool has_beside(std::string_view suffix) const {
        struct stat found {};

        return ::stat((file_.string() + std::string(suffix)).c_str(), &found) == 0 &&
               found.st_size > 0;
    }

    // SQLite would make the file with the umask's mode, and open one it may not write for reading.
    void create() const {
        if (file_.has_parent_path())
            make_folder(file_.parent_path());
        const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0) {
            ::close(fd);
            return;
        }
        if (errno != EEXIST)
            throw_why_not(errno);

        // A file that is there must not be opened here: closing it would drop every lock that this
        // process's other connections have on it (fcntl), and the next program to leave would take
        // itself for the last one and delete their log under them.
        struct stat found {};

        if (::stat(file_.c_str(), &found) != 0)
            throw_why_not(errno);
        if (S_ISDIR(found.st_mode))
            throw_why_not(EISDIR);
        if (::faccessat(AT_FDCWD, file_.c_str(), R_OK | W_OK, AT_EACCESS) != 0)
            throw_why_not(errno);
    }

    [[noreturn]] void throw_why_not(int error) const {
        if (error == EACCES && may(file_, R_OK))
            throw faults_.read_only();
        throw faults_.of_system(error);
    }

    std::filesystem::path file_;
    SqliteFaults faults_;
    // A reader was opened without an index, and no writer since.
    std::atomic<bool> has_no_index_ = false;
};

}  // namespace

std::unique_ptr<Connector> sqlite(const std::filesystem::path& file) {
    return std::make_unique<SqliteConnector>(file);
}

}  // namespace caas::store
