// A file on its way in: written to a folder piece by piece, with its SHA-256 and size counted on
// the way, so that memory does not grow with it. For one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/digest.h"
#include "core/media/bytes.h"
#include "core/media/probe.h"

namespace caas::media {

class Incoming {
  public:
    // Makes the folder where it is missing. Throws Error: storage_full, storage_read_only,
    // forbidden.
    Incoming(const std::filesystem::path& folder, std::int64_t most_bytes);
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;
    // Deletes the file unless it was moved away.
    ~Incoming();

    // Throws Error: too_large, storage_full.
    void write(std::string_view bytes);
    // Makes it durable; nothing is written after it. Throws Error(storage_full).
    void finish();

    // After finish().
    const std::string& digest() const { return digest_; }

    std::int64_t size() const { return size_; }

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    std::int64_t most_bytes_;
    int fd_ = -1;
    std::int64_t size_ = 0;
    Sha256 sum_;
    std::string digest_;
};

// Copies the pieces of `bytes` and finishes.
void copy_pieces(Incoming& into, const Bytes& bytes, const std::vector<Piece>& pieces);

}  // namespace caas::media
