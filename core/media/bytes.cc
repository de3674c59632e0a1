#include "core/media/bytes.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas::media {
namespace {

constexpr std::size_t window_bytes = std::size_t{16} << 10U;
constexpr std::size_t digested_bytes = std::size_t{256} << 10U;  // at a time

class OpenFile {
  public:
    explicit OpenFile(int fd) : fd_(fd) {}

    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    ~OpenFile() { ::close(fd_); }

    std::string read(std::int64_t offset, std::size_t most) const {
        std::string out(most, '\0');
        std::size_t got = 0;
        while (got < most) {
            const auto count =
                ::pread(fd_, out.data() + got, most - got, offset + static_cast<std::int64_t>(got));
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                throw Error(Code::unavailable, "A media file cannot be read");
            if (count == 0)
                break;
            got += static_cast<std::size_t>(count);
        }
        out.resize(got);
        return out;
    }

  private:
    int fd_;
};

}  // namespace

Bytes bytes_of_text(std::string text) {
    const auto size = static_cast<std::int64_t>(text.size());
    // Copies of the Bytes, perhaps in several threads, share one text.
    const auto held = std::make_shared<const std::string>(std::move(text));
    return {size, [held](std::int64_t offset, std::size_t most) {
                if (offset < 0 || offset >= static_cast<std::int64_t>(held->size()))
                    return std::string();
                return held->substr(static_cast<std::size_t>(offset), most);
            }};
}

Bytes bytes_of_file(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        throw Error(
            errno == ENOENT ? Code::not_found : Code::forbidden,
            "The media file " + path.filename().string() + " cannot be opened");
    // Copies of the Bytes, perhaps in several threads, share one open file.
    const auto file = std::make_shared<const OpenFile>(fd);

    struct stat facts {};

    if (::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        throw Error(Code::invalid, path.filename().string() + " is no file");
    return {facts.st_size, [file](std::int64_t offset, std::size_t most) {
                return file->read(offset, most);
            }};
}

std::string digest_of(const Bytes& bytes, const std::function<void()>& pulse) {
    Sha256 sum;
    for (std::int64_t offset = 0; offset < bytes.size;) {
        const auto piece = bytes.read(offset, digested_bytes);
        if (piece.empty())
            break;  // it became shorter meanwhile
        sum.add(piece);
        offset += static_cast<std::int64_t>(piece.size());
        if (pulse)
            pulse();
    }
    return sum.hex();
}

Cursor::Cursor(const Bytes& bytes, std::int64_t begin) : Cursor(bytes, begin, bytes.size) {}

Cursor::Cursor(const Bytes& bytes, std::int64_t begin, std::int64_t end)
    : bytes_(bytes),
      at_(std::clamp<std::int64_t>(begin, 0, bytes.size)),
      end_(std::clamp<std::int64_t>(end, at_, bytes.size)) {}

std::string_view Cursor::window(std::size_t count) {
    const auto held_end = held_at_ + static_cast<std::int64_t>(held_.size());
    if (at_ < held_at_ || at_ + static_cast<std::int64_t>(count) > held_end) {
        held_ = bytes_.read(at_, std::max(count, window_bytes));
        held_at_ = at_;
    }
    return std::string_view(held_).substr(static_cast<std::size_t>(at_ - held_at_), count);
}

bool Cursor::skip(std::int64_t count) {
    const bool is_there = count >= 0 && count <= left();
    at_ = is_there ? at_ + count : end_;
    return is_there;
}

bool Cursor::take(std::size_t count, std::string& into) {
    if (static_cast<std::int64_t>(count) > left()) {
        at_ = end_;
        return false;
    }
    into = window(count);
    at_ += static_cast<std::int64_t>(count);
    return into.size() == count;
}

bool Cursor::big(int bytes, std::uint64_t& into) {
    const auto count = static_cast<std::size_t>(bytes);
    if (bytes > left())
        return skip(left() + 1);
    into = big_at(window(count), 0, count);
    at_ += bytes;
    return true;
}

bool Cursor::little(int bytes, std::uint64_t& into) {
    const auto count = static_cast<std::size_t>(bytes);
    if (bytes > left())
        return skip(left() + 1);
    into = little_at(window(count), 0, count);
    at_ += bytes;
    return true;
}

std::uint64_t big_at(std::string_view text, std::size_t at, std::size_t bytes) {
    if (at > text.size() || bytes > text.size() - at)
        return 0;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        number = (number << 8U) | static_cast<unsigned char>(text[at + i]);
    return number;
}

std::uint64_t little_at(std::string_view text, std::size_t at, std::size_t bytes) {
    if (at > text.size() || bytes > text.size() - at)
        return 0;
    std::uint64_t number = 0;
    for (std::size_t i = bytes; i > 0; --i)
        number = (number << 8U) | static_cast<unsigned char>(text[at + i - 1]);
    return number;
}

}  // namespace caas::media
