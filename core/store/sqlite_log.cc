#include "core/store/sqlite_log.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <utility>

#include <sqlite3.h>

namespace caas::store {
namespace {

constexpr const char* layer_name = "caas-frame";
constexpr std::size_t header_size = 24;
constexpr std::size_t longest_page = 65536;

struct Frame {
    std::array<std::byte, header_size + longest_page> bytes;
};

// What SQLite holds of an open log: this, and behind it the default layer's file.
struct LogFile {
    sqlite3_file base;  // first, as SQLite wants it
    Frame* frame;
    sqlite3_int64 start;
    sqlite3_int64 end;  // of all that was ever written since the log was begun
    bool has_header;    // which waits for its page
};

// SQLite aligns what it sets aside for files to eight bytes.
static_assert(sizeof(LogFile) % 8 == 0 && alignof(LogFile) <= 8);

LogFile& log_of(sqlite3_file* file) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): SQLite's way of inheriting
    return *reinterpret_cast<LogFile*>(file);
}

sqlite3_file* inner(LogFile& log) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): it lies just behind
    return reinterpret_cast<sqlite3_file*>(&log + 1);
}

const sqlite3_io_methods& methods_of(LogFile& log) {
    return *inner(log)->pMethods;
}

int write_header(LogFile& log) {
    if (!std::exchange(log.has_header, false))
        return SQLITE_OK;
    return methods_of(log).xWrite(
        inner(log), log.frame->bytes.data(), static_cast<int>(header_size), log.start);
}

// Only the header of a frame that is appended waits, since its page comes with the very next call:
// nothing is held any more when SQLite goes on to something else. A header that is written again
// (with a mended sum) comes without its page, and lies before the end.
int on_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    auto& log = log_of(file);
    const auto* const bytes = static_cast<const std::byte*>(data);
    const auto count = static_cast<std::size_t>(size);
    const bool is_page = log.has_header && count <= longest_page &&
                         at == log.start + static_cast<sqlite3_int64>(header_size);
    const bool is_appended = at > 0 && at >= log.end;
    log.end = at == 0 ? size : std::max(log.end, at + size);
    if (is_page) {
        log.has_header = false;
        std::copy_n(bytes, count, log.frame->bytes.data() + header_size);
        return methods_of(log).xWrite(
            inner(log), log.frame->bytes.data(), static_cast<int>(header_size + count), log.start);
    }
    if (const int code = write_header(log); code != SQLITE_OK)
        return code;
    if (is_appended && log.frame == nullptr)
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): freed by on_close
        log.frame = new (std::nothrow) Frame;
    if (count != header_size || !is_appended || log.frame == nullptr)
        return methods_of(log).xWrite(inner(log), data, size, at);
    log.start = at;
    log.has_header = true;
    std::copy_n(bytes, count, log.frame->bytes.data());
    return SQLITE_OK;
}

int on_close(sqlite3_file* file) {
    auto& log = log_of(file);
    const int code = methods_of(log).xClose(inner(log));
    delete log.frame;  // NOLINT(cppcoreguidelines-owning-memory): SQLite's memory has no owner
    log.frame = nullptr;
    return code;
}

// What else is done to a log is done after what was written.
template <typename Function>
int after_writing(sqlite3_file* file, Function function) {
    auto& log = log_of(file);
    const int code = write_header(log);
    return code != SQLITE_OK ? code : function(methods_of(log), inner(log));
}

int on_read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
    return after_writing(file, [&](const auto& methods, auto* inner) {
        return methods.xRead(inner, bytes, size, at);
    });
}

int on_truncate(sqlite3_file* file, sqlite3_int64 size) {
    log_of(file).end = 0;
    return after_writing(
        file, [&](const auto& methods, auto* inner) { return methods.xTruncate(inner, size); });
}

int on_sync(sqlite3_file* file, int flags) {
    return after_writing(
        file, [&](const auto& methods, auto* inner) { return methods.xSync(inner, flags); });
}

int on_size(sqlite3_file* file, sqlite3_int64* size) {
    return after_writing(
        file, [&](const auto& methods, auto* inner) { return methods.xFileSize(inner, size); });
}

int on_lock(sqlite3_file* file, int lock) {
    return after_writing(
        file, [&](const auto& methods, auto* inner) { return methods.xLock(inner, lock); });
}

int on_unlock(sqlite3_file* file, int lock) {
    return after_writing(
        file, [&](const auto& methods, auto* inner) { return methods.xUnlock(inner, lock); });
}

int on_check_lock(sqlite3_file* file, int* is_locked) {
    auto& log = log_of(file);
    return methods_of(log).xCheckReservedLock(inner(log), is_locked);
}

int on_control(sqlite3_file* file, int what, void* value) {
    auto& log = log_of(file);
    return methods_of(log).xFileControl(inner(log), what, value);
}

int on_sector(sqlite3_file* file) {
    auto& log = log_of(file);
    return methods_of(log).xSectorSize(inner(log));
}

int on_traits(sqlite3_file* file) {
    auto& log = log_of(file);
    return methods_of(log).xDeviceCharacteristics(inner(log));
}

// Logs are neither mapped nor shared, so the first version of the methods is enough.
constexpr sqlite3_io_methods log_methods{
    .iVersion = 1,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_check_lock,
    .xFileControl = on_control,
    .xSectorSize = on_sector,
    .xDeviceCharacteristics = on_traits,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr};

sqlite3_vfs& default_of(sqlite3_vfs* layer) {
    return *static_cast<sqlite3_vfs*>(layer->pAppData);
}

int on_open(sqlite3_vfs* layer, const char* name, sqlite3_file* file, int flags, int* flags_given) {
    auto& files = default_of(layer);
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return files.xOpen(&files, name, file, flags, flags_given);
    auto* const log = new (file) LogFile{};
    const int code = files.xOpen(&files, name, inner(*log), flags, flags_given);
    // SQLite closes what has methods, even if its opening failed.
    if (inner(*log)->pMethods == nullptr)
        return code;
    log->base.pMethods = &log_methods;
    return code;
}

struct Layer {
    Layer() {
        auto* const files = sqlite3_vfs_find(nullptr);
        if (files == nullptr)
            return;
        vfs = *files;
        vfs.szOsFile += static_cast<int>(sizeof(LogFile));
        vfs.pNext = nullptr;
        vfs.zName = layer_name;
        vfs.pAppData = files;
        vfs.xOpen = on_open;
        is_there = sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
    }

    sqlite3_vfs vfs{};
    bool is_there = false;
};

}  // namespace

std::string files_for(bool writes) {
    static const Layer layer;
    return writes && layer.is_there ? layer_name : "";
}

}  // namespace caas::store
