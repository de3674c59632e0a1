// Media between what people upload and what platforms are sent: taken in, checked, looked up for
// versions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/content/body.h"
#include "core/flow/tools.h"
#include "core/media/incoming.h"
#include "core/media/medium.h"
#include "core/media/place.h"
#include "core/platform/driver.h"

namespace caas::flow {

// Where the settings say that media lie. Everything in `tools` outlives it.
std::unique_ptr<media::Place> media_place(const Tools& tools);
// The largest file that is taken, in bytes.
std::int64_t most_medium_bytes(const config::Settings& settings);

struct Kept {
    media::Medium medium;
    bool is_new = false;  // else the workspace had the same file already
};

// Takes in a file that came whole: says what it is, removes what tells where it was taken, keeps
// it. `alt` also replaces the words of the same file that was there. Throws Error: as probe does,
// plan_limit when the organization's quota is used up.
Kept keep_medium(
    const Tools& tools,
    const access::Principal& principal,
    media::Place& place,
    media::Incoming& incoming,
    std::string_view name,
    const std::optional<std::string>& alt);

// Deletes it. Throws Error: not_found; conflict while a post that is not settled needs it.
// `check`: called with what is there, before it goes.
media::Medium remove_medium(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view who,
    const std::function<void(const media::Medium&)>& check);

// Whether any part for any platform shows one.
bool names_media(const content::Body& body);

// Each medium that a body names by its id or a part of it, by its whole id. Throws Error(invalid)
// with a detail for each that is not there.
void resolve_media(store::Reader& reader, const WorkspaceId& workspace, content::Body& body);

// The parts a platform gets, with their media as drivers and rules see them: what is not there any
// more has no type. `limits`: media are as they were fitted for these, where that was done. They
// can be read while `tools` live.
std::vector<platform::Part> platform_parts(
    const Tools& tools,
    store::Reader& reader,
    const WorkspaceId& workspace,
    const content::Body& body,
    std::string_view platform,
    const platform::Limits& limits);

// Deletes files that nobody has had for a day, a hundred at most, and what uploads that broke off
// left. Gives how many went.
int sweep_media(const Tools& tools);
// The same once a day until nothing is left to go, and some minutes after the first call, so as not
// to hold up a start. `next`: when, kept by the caller. Gives when again.
Instant sweep_media_daily(const Tools& tools, std::optional<Instant>& next);

}  // namespace caas::flow
