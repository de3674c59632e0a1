// One part of a publication as a Bluesky record, and what the journal knows of the parts before it.
// Pure functions.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/platform/bluesky/blob.h"
#include "core/platform/driver.h"
#include "core/platform/option.h"

namespace caas::platform::bluesky {

inline constexpr std::string_view resolve_step = "resolve";
inline constexpr std::string_view locate_step = "locate";
inline constexpr std::string_view create_step = "create";
inline constexpr std::string_view collection = "app.bsky.feed.post";

// What a reply points at: both of the server's own words.
struct StrongRef {
    std::string uri;
    std::string cid;
};

// A record's place: what at://did/collection/rkey says.
struct Place {
    std::string repo;
    std::string rkey;
};

struct Reply {
    StrongRef root;
    StrongRef parent;
};

// Handle to DID; a handle that has none is not in it.
using People = std::map<std::string, std::string, std::less<>>;

// The handles a publication mentions, each once, in lower case, with the part it first stands in.
std::vector<std::pair<std::string, int>> mentions(const Publication& publication);

// Options of a version that make a link card, which Bluesky's servers do not make by themselves.
inline constexpr std::array card_options{
    Option{"link", web_address, "Address of the link card; else the first in the text"},
    Option{"link_title", "", "Title of the link card"},
    Option{"link_description", "", "Description of the link card"},
};

// The body of com.atproto.repo.putRecord, byte for byte. `options`: of the version, for a part that
// may have a link card; it has one when there is no other medium. `swapRecord` is null: a record
// that is there already is never overwritten.
std::string make_body(
    const std::string& repo,
    const std::string& rkey,
    const Part& part,
    const Blobs& blobs,
    const std::string& options,
    const std::string& language,
    const People& people,
    const std::optional<Reply>& reply,
    Instant created_at);

// Where the step `create` of this entry puts its record.
std::optional<Place> place_of(const std::string& prepared);
// Where a part went: by the id or address in the entry, else by what was sent.
std::optional<Place> place_of(const Entry& entry);

// {"uri":…,"cid":…} of a cursor; nullopt when either is missing.
std::optional<StrongRef> read_ref(const std::string& cursor);
std::string write_ref(const StrongRef& ref);

// https://bsky.app/profile/{did}/post/{rkey}: by DID, since handles change.
std::string permalink(const Place& place);

}  // namespace caas::platform::bluesky
