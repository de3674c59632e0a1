// Publishing in two calls, as Instagram and Threads have it: a container is made, which nobody sees
// and which may be made again at will, and is published, which works once for each container. What
// became of a publishing call can so be found out for certain.
//
//     quota ─► for each part: [item… ─► [[item_upload] ─► item_ready]…] ─► container ─► [upload]
//              ─► ready ─► publish [─► locate]
//
// A carousel has items. `ready` waits (Later) while Meta is at work on the media, and tells when a
// container is spoilt; then another one is made, a few times. `publish` is two calls: the one that
// publishes, and one that reads the permalink. `locate` finds the id of a part that went out
// without telling it. Pure functions but for the calls; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/url.h"
#include "core/platform/driver.h"
#include "core/platform/meta/call.h"

namespace caas::platform::meta {

inline constexpr std::string_view quota_step = "quota";
inline constexpr std::string_view publish_step = "publish";

// One container as it is asked for.
struct Draft {
    net::Pairs fields;
    // The medium of the part whose bytes are pushed to it; nullopt: Meta fetches all by itself.
    std::optional<std::size_t> upload{};
};

// What a part is made of. Items only for a carousel, whose own draft names none of them.
struct Plan {
    std::vector<Draft> items;
    Draft whole;
};

// A published object among the account's own.
struct Found {
    std::string remote_id;
    std::string url;
    bool has_words = true;  // else nothing but its time speaks for it
};

// What is looked for in a listing.
struct Wanted {
    int part = 0;
    std::string reply_to;    // the part before, for replies
    std::string url;         // its permalink, when a person gave it
    Instant since{};         // it was published after this
    const Journal& journal;  // whose other parts it is not
};

// How the two platforms differ.
struct Dialect {
    const Service& service;
    std::string_view container_edge;  // "threads", "media"
    std::string_view publish_edge;
    std::string_view status_field;  // "status", "status_code"
    std::string_view reason_field;  // why a container is spoilt
    std::string_view upload_url;  // of pushed media, when the account names no other; may be empty
    // Whether that reason is about the medium itself, so that another container is no better.
    bool (*is_final)(std::string_view reason);
    // Looks through the account's newest posts; nullopt when it is not among them or nothing could
    // be read. One or two calls.
    std::optional<Found> (*find)(
        const Wanted& wanted,
        const Publication& publication,
        const Access& access,
        const Tools& tools);
};

// The step that asks whether there is room for the account's posts (quota.h); nullopt once it was
// asked.
std::optional<Step> next_quota(const Journal& journal);
// The step towards publishing this part; nullopt when it is out and, where `needs_id`, known by its
// id.
std::optional<Step> next_of_part(
    const Plan& plan, int part, const Journal& journal, bool needs_id, Instant now);
// The id of a part that is out; empty when it is not known.
std::string id_of_part(const Journal& journal, int part);

// Whether the step asks for a container.
bool is_making(const Step& step);

// Performs any of the steps above but the quota.
Outcome perform(
    const Dialect& dialect,
    const Publication& publication,
    const Step& step,
    const Journal& journal,
    const Access& access,
    const Tools& tools);
// Of the journal's last step.
Sight look(
    const Dialect& dialect,
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::meta
