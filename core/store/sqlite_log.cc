#include "core/store/sqlite_log.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <utility>

#include <sqlite3.h>

namespace caas::store {
namespace {

constexpr const char* layer_name = "caas-gather";
// SQLite's own files write less than 128 KiB at a time.
constexpr std::size_t most_gathered = 31 * (4096 + 24);

struct Gathered {
    std::array<std::byte, most_gathered> bytes;
};

// What SQLite holds of an open log: this, and behind it the default layer's file.
struct LogFile {
    sqlite3_file base;  // first, as SQLite wants it
    Gathered* gathered;
    std::size_t count;
    sqlite3_int64 start;
    sqlite3_int64 end;  // of all that was ever written since the log was begun
    bool gathers;
    bool ends_commit;  // the page that comes next does
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

// What could not be written is not committed either: it is forgotten.
int write_gathered(LogFile& log) {
    const auto count = std::exchange(log.count, 0);
    if (count == 0)
        return SQLITE_OK;
    return methods_of(log).xWrite(
        inner(log), log.gathered->bytes.data(), static_cast<int>(count), log.start);
}

bool is_frame_header(int size) {
    return size == 24;
}

// A frame that ends a commit tells how many pages the database then has; others have zero there.
bool tells_size(const std::byte* header) {
    return std::any_of(header + 4, header + 8, [](std::byte byte) { return byte != std::byte{}; });
}

// Frames are appended; what goes anywhere else (the log's own header, sums that are mended) is
// written at once.
int on_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    auto& log = log_of(file);
    const auto* const bytes = static_cast<const std::byte*>(data);
    const auto count = static_cast<std::size_t>(size);
    const bool ends_commit =
        std::exchange(log.ends_commit, is_frame_header(size) && tells_size(bytes));
    const bool follows = log.count > 0 && at == log.end;
    if (log.count > 0 && (!follows || log.count + count > most_gathered)) {
        if (const int code = write_gathered(log); code != SQLITE_OK)
            return code;
    }
    const bool is_appended = at > 0 && at >= log.end;
    log.end = at == 0 ? size : std::max(log.end, at + size);
    if (log.gathers && is_appended && log.gathered == nullptr)
        // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): freed by on_close
        log.gathered = new (std::nothrow) Gathered;
    if (!log.gathers || !is_appended || log.gathered == nullptr || count > most_gathered)
        return methods_of(log).xWrite(inner(log), data, size, at);
    if (log.count == 0)
        log.start = at;
    std::copy_n(bytes, count, log.gathered->bytes.data() + log.count);
    log.count += count;
    return ends_commit ? write_gathered(log) : SQLITE_OK;
}

int on_close(sqlite3_file* file) {
    auto& log = log_of(file);
    const int written = write_gathered(log);
    const int closed = methods_of(log).xClose(inner(log));
    delete log.gathered;  // NOLINT(cppcoreguidelines-owning-memory): SQLite's memory has no owner
    log.gathered = nullptr;
    return written != SQLITE_OK ? written : closed;
}

// What else is done to a log is done after what was gathered.
template <typename Function>
int after_writing(sqlite3_file* file, Function function) {
    auto& log = log_of(file);
    const int code = write_gathered(log);
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
    // Without that promise SQLite writes frames in other pieces.
    log->gathers = (methods_of(*log).xDeviceCharacteristics(inner(*log)) &
                    SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0;
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
