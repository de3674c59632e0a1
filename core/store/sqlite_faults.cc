#include "core/store/sqlite_faults.h"

#include <cerrno>

#include <sqlite3.h>

namespace caas::store {
namespace {

Error of_constraint(int extended) {
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
            return {Code::conflict, "There is one of that kind already"};
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return {Code::conflict, "It refers to something that is not there, or is in use"};
        default:
            return {Code::internal, "A rule of the database would be broken"};
    }
}

Error unexpected(int code, [[maybe_unused]] const char* what) {
    const auto message =
        "The database refused a statement (SQLite error " + std::to_string(code) + ")";
#ifdef NDEBUG
    return {Code::internal, message};
#else
    // SQLite's words quote the statement: for whoever writes it, not for whoever runs it.
    return {Code::internal, message, what};
#endif
}

}  // namespace

SqliteFaults::SqliteFaults(const std::filesystem::path& database)
    : name_(database.filename().string()),
      folder_(database.has_parent_path() ? database.parent_path().string() : ".") {}

Error SqliteFaults::of(int code, int extended, int system, const char* what) const {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {
                Code::busy,
                "The database " + name_ + " is in use by another process",
                "Try again in a moment."};
        case SQLITE_FULL:
            return full();
        case SQLITE_READONLY:
            return read_only();
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
            return of_system(system);
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return forbidden();
        case SQLITE_NOTADB:
            return corrupt("is not a database");
        case SQLITE_CORRUPT:
            return corrupt("is damaged");
        case SQLITE_CONSTRAINT:
            return of_constraint(extended);
        case SQLITE_TOOBIG:
            return {Code::too_large, "That is too large for the database"};
        case SQLITE_INTERRUPT:
            return {Code::canceled, "The database was asked to stop"};
        default:
            return unexpected(code, what);
    }
}

Error SqliteFaults::of_system(int system) const {
    switch (system) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return full();
        case EROFS:
            return read_only();
        case EACCES:
        case EPERM:
            return forbidden();
        default:
            return {
                Code::unavailable,
                "The disk does not serve the database " + name_ + " (system error " +
                    std::to_string(system) + ")",
                "Check the disk that holds " + folder_ + "."};
    }
}

Error SqliteFaults::full() const {
    return {
        Code::storage_full,
        "The disk of the database " + name_ + " is full; nothing was stored",
        "Free some space in " + folder_ + ", then try again."};
}

Error SqliteFaults::read_only() const {
    return {
        Code::storage_read_only,
        "The database " + name_ + " can only be read",
        "Make the file and its folder " + folder_ + " writable, or use --home DIR."};
}

Error SqliteFaults::forbidden() const {
    return {
        Code::forbidden,
        "Not allowed to open the database " + name_,
        "Check the permissions of the file and of " + folder_ + "."};
}

Error SqliteFaults::corrupt(const std::string& why) const {
    return {
        Code::storage_corrupt,
        "The database " + name_ + " " + why,
        "Look with: caas doctor; bring back a backup with: caas restore FILE"};
}

}  // namespace caas::store
