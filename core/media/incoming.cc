#include "core/media/incoming.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::media {
namespace {

[[noreturn]] void fail(int error) {
    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        throw Error(
            Code::storage_full,
            "No space is left to keep the file",
            "free some space where the media lie, then try again");
    if (error == EROFS)
        throw Error(Code::storage_read_only, "The folder of the media is read-only");
    if (error == EACCES || error == EPERM)
        throw Error(Code::forbidden, "The folder of the media may not be written to");
    throw Error(
        Code::internal,
        "A media file cannot be written (system error " + std::to_string(error) + ")");
}

}  // namespace

Incoming::Incoming(const std::filesystem::path& folder, std::int64_t most_bytes)
    : most_bytes_(most_bytes) {
    make_folder(folder);
    auto name = (folder / "incoming-XXXXXX").string();
    fd_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd_ < 0)
        fail(errno);
    path_ = name;
}

Incoming::~Incoming() {
    if (fd_ >= 0)
        ::close(fd_);
    // Gone already when it was moved to its place.
    ::unlink(path_.c_str());
}

void Incoming::write(std::string_view bytes) {
    if (static_cast<std::int64_t>(bytes.size()) > most_bytes_ - size_)
        throw Error(
            Code::too_large,
            "The file is larger than " + std::to_string(most_bytes_ >> 20U) + " MB",
            "make it smaller, or raise media.most_mb");
    sum_.add(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
    while (!bytes.empty()) {
        const auto count = ::write(fd_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail(errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void Incoming::finish() {
    if (::fsync(fd_) != 0)
        fail(errno);
    if (::close(std::exchange(fd_, -1)) != 0)
        fail(errno);
    digest_ = sum_.hex();
}

void copy_pieces(Incoming& into, const Bytes& bytes, const std::vector<Piece>& pieces) {
    constexpr std::int64_t step = 256 << 10;
    const std::string zeros(static_cast<std::size_t>(step), '\0');
    for (const auto& piece : pieces) {
        if (piece.instead && !piece.instead->empty()) {
            into.write(*piece.instead);
            continue;
        }
        for (std::int64_t done = 0; done < piece.size;) {
            const auto count = std::min(step, piece.size - done);
            if (piece.instead) {
                into.write(std::string_view(zeros).substr(0, static_cast<std::size_t>(count)));
            } else {
                const auto part = bytes.read(piece.offset + done, static_cast<std::size_t>(count));
                if (static_cast<std::int64_t>(part.size()) != count)
                    throw_damaged("file");
                into.write(part);
            }
            done += count;
        }
    }
    into.finish();
}

}  // namespace caas::media
