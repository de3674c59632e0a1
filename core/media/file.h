// Which files are kept, whoever's they are, and which may go. Content-addressed: one file serves
// all who have it. A file is announced before it is put into its place, and is marked as going
// before it is deleted, so that none is deleted while somebody takes it into use. Across tenants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::media {

// To be committed before the bytes are put into their place. Throws Error(busy) in the moment in
// which it is being deleted.
void announce(
    store::Transaction& transaction, const std::string& digest, std::int64_t size, Instant now);

// Files nobody has, announced before `before`; marks them as going. Those that a former call marked
// come again until forget() is told.
std::vector<std::string> take_unused(store::Transaction& transaction, Instant before);
// The bytes are deleted.
void forget(store::Transaction& transaction, const std::vector<std::string>& digests);

// A file that somebody has, or that was made of what somebody has.
struct NeededFile {
    std::string digest;
    std::int64_t size = 0;
    std::string name;  // of a medium it belongs to, for people
};

// All of them, each once.
std::vector<NeededFile> needed_files(store::Reader& reader);

// The type of a file that somebody has; nullopt when nobody does. Across tenants: whoever asks
// knows the digest and a signature of it.
std::optional<std::string> type_of(store::Reader& reader, std::string_view digest);

}  // namespace caas::media
