#include "core/base/file.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas {
namespace {

// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (fd_ >= 0)
            ::close(fd_);
    }

    int get() const noexcept { return fd_; }

    // Some file systems report a failed write only here.
    int close() noexcept { return ::close(std::exchange(fd_, -1)); }

  private:
    int fd_;
};

[[noreturn]] void fail(int error, const std::filesystem::path& path, const std::string& doing) {
    const auto name = path.string();
    const auto folder = path.has_parent_path() ? path.parent_path().string() : std::string(".");
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            throw Error(Code::not_found, "There is no " + name, "Check the path.");
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            throw Error(
                Code::storage_full,
                "No space is left to " + doing + " " + name,
                "Free some space in " + folder + ", then try again.");
        case EROFS:
            throw Error(
                Code::storage_read_only,
                "Cannot " + doing + " " + name + ": the file system is read-only",
                "Mount it writable or choose another folder.");
        case EACCES:
        case EPERM:
            throw Error(
                Code::forbidden,
                "Not allowed to " + doing + " " + name,
                "Check the permissions of the file and of " + folder + ".");
        case EISDIR:
            throw Error(Code::invalid, name + " is a folder, not a file", "Name a file in it.");
        case ELOOP:
            throw Error(
                Code::invalid,
                "Cannot " + doing + " " + name + ": its links lead in a circle",
                "Look with: ls -l");
        case ENAMETOOLONG:
            throw Error(
                Code::invalid,
                "The name " + name.substr(0, 60) + "… is too long for a file",
                "Check the path.");
        default:
            throw Error(
                Code::internal,
                "Cannot " + doing + " " + name + " (system error " + std::to_string(error) + ")");
    }
}

void write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0) {
            if (errno == EINTR)
                continue;
            fail(errno, path, "write");
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

// Removes a temporary file unless the work on it came to its end.
class Temporary {
  public:
    explicit Temporary(std::string path) : path_(std::move(path)) {}

    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    ~Temporary() {
        if (!path_.empty())
            ::unlink(path_.c_str());
    }

    void keep() noexcept { path_.clear(); }

  private:
    std::string path_;
};

// Under its name only once `fill` has written everything.
template <typename Fill>
void replace_file(const std::filesystem::path& path, unsigned mode, const Fill& fill) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    auto name = (folder / ("." + path.filename().string() + ".XXXXXX")).string();
    Descriptor fd(::mkostemp(name.data(), O_CLOEXEC));
    if (fd.get() < 0)
        fail(errno, path, "write");
    Temporary temporary(name);
    if (::fchmod(fd.get(), static_cast<mode_t>(mode)) != 0)
        fail(errno, path, "write");
    fill(fd.get());
    if (::fsync(fd.get()) != 0 || fd.close() != 0)
        fail(errno, path, "write");
    if (::rename(name.c_str(), path.c_str()) != 0)
        fail(errno, path, "replace");
    temporary.keep();
    sync_folder(folder);
}

}  // namespace

void sync_folder(const std::filesystem::path& folder) {
    const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() >= 0)
        ::fsync(fd.get());
}

std::string read_file(const std::filesystem::path& path, std::size_t most_bytes) {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0)
        fail(errno, path, "read");
    std::string text;
    std::array<char, 16384> piece{};
    while (true) {
        const auto count = ::read(fd.get(), piece.data(), piece.size());
        if (count < 0) {
            if (errno == EINTR)
                continue;
            fail(errno, path, "read");
        }
        if (count == 0)
            return text;
        if (text.size() + static_cast<std::size_t>(count) > most_bytes)
            throw Error(
                Code::too_large,
                path.string() + " is larger than " + std::to_string(most_bytes) + " bytes",
                "Check that it is the file you mean, or shorten it.");
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
}

void write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
    replace_file(path, mode, [&](int fd) { write_all(fd, bytes, path); });
}

void write_file_of(
    const std::filesystem::path& path, const std::function<std::string()>& next, unsigned mode) {
    replace_file(path, mode, [&](int fd) {
        for (auto piece = next(); !piece.empty(); piece = next())
            write_all(fd, piece, path);
    });
}

void make_folder(const std::filesystem::path& path) {
    if (path.empty() || ::mkdir(path.c_str(), 0700) == 0)
        return;
    int error = errno;
    if (error == ENOENT && path.has_parent_path() && path.parent_path() != path) {
        make_folder(path.parent_path());
        error = ::mkdir(path.c_str(), 0700) == 0 ? 0 : errno;
    }
    if (error == 0)
        return;

    // Asked only after mkdir refused: on a read-only disk it says EROFS even of what is there.
    struct stat found {};

    if (::stat(path.c_str(), &found) != 0)
        fail(error, path, "create");
    if (!S_ISDIR(found.st_mode))
        throw Error(
            Code::conflict,
            path.string() + " is a file, not a folder",
            "Name a folder, or move the file away.");
}

bool is_locked(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    int result = 0;
    do {
        result = ::flock(fd, LOCK_SH | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    const bool is_held = result != 0 && errno == EWOULDBLOCK;
    ::close(fd);
    return is_held;
}

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        fail(errno, path, "lock");
    FileLock lock(fd, path);
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return std::nullopt;
        if (errno != EINTR)
            fail(errno, path, "lock");
    }
    return lock;
}

FileLock::FileLock(FileLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    return *this;
}

FileLock::~FileLock() {
    if (fd_ >= 0)
        ::close(fd_);
}

void FileLock::note(std::string_view text) {
    if (::ftruncate(fd_, 0) != 0 || ::lseek(fd_, 0, SEEK_SET) < 0)
        fail(errno, path_, "write");
    write_all(fd_, text, path_);
}

}  // namespace caas
