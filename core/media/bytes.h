// Bytes that are looked at in pieces: a file of any size, or a text in memory. A Bytes may be
// copied and used from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace caas::media {

struct Bytes {
    std::int64_t size = 0;
    // At most `most` bytes from `offset`; fewer only at the end. Throws Error.
    std::function<std::string(std::int64_t offset, std::size_t most)> read;
};

Bytes bytes_of_text(std::string text);
// The file stays open as long as a copy of this lives. Throws Error: not_found, forbidden.
Bytes bytes_of_file(const std::filesystem::path& path);

// The SHA-256 of all of them, in hexadecimal digits; memory does not grow with them. Calls `pulse`,
// if there is one, with each piece.
std::string digest_of(const Bytes& bytes, const std::function<void()>& pulse = {});

// Walks over Bytes from the front with few reads; what lies behind the end reads as missing, never
// as an error. For one thread.
class Cursor {
  public:
    // Both outlive it. `end`: where to stop, at most the end of the bytes.
    explicit Cursor(const Bytes& bytes, std::int64_t begin = 0);
    Cursor(const Bytes& bytes, std::int64_t begin, std::int64_t end);

    std::int64_t at() const { return at_; }

    std::int64_t left() const { return end_ - at_; }

    bool is_at_end() const { return at_ >= end_; }

    // Whether there were that many; otherwise it stands at the end.
    bool skip(std::int64_t count);
    // False when fewer are left.
    bool take(std::size_t count, std::string& into);
    // Big and little endian, as file formats have them; false at the end.
    bool big(int bytes, std::uint64_t& into);
    bool little(int bytes, std::uint64_t& into);

  private:
    std::string_view window(std::size_t count);

    const Bytes& bytes_;
    std::int64_t at_;
    std::int64_t end_;
    std::string held_;  // from held_at_ on
    std::int64_t held_at_ = 0;
};

// The number that starts at `at`; 0 when it is cut off.
std::uint64_t big_at(std::string_view text, std::size_t at, std::size_t bytes);
std::uint64_t little_at(std::string_view text, std::size_t at, std::size_t bytes);

}  // namespace caas::media
