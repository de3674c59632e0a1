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

// A file that is going: for ten minutes whoever marked it may delete it, and nobody else.
struct Going {
    std::string digest;
    Instant marked_at{};
};

// Files nobody has, announced before `before`; marks them as going. Those that were marked more
// than ten minutes ago, by whoever did not come to the end, come again until forget() is told.
std::vector<Going> take_unused(store::Transaction& transaction, Instant before, Instant now);
// Whether it is the caller's to delete for five minutes at least, which is longer than to delete it
// takes. Pure.
bool is_held(const Going& going, Instant now);
// Makes it the caller's for ten minutes from now on; false when somebody else has marked it
// meanwhile, who may have deleted it by now, and a third may have added it again.
bool hold(store::Transaction& transaction, Going& going, Instant now);
// The bytes are deleted.
void forget(store::Transaction& transaction, const std::vector<Going>& gone);

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
