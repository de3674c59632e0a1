// Finding one of our posts among those an account published. Presence only: what a listing does not
// show may be there all the same. Pure but for the call.
#pragma once

#include <optional>
#include <string_view>

#include "core/platform/driver.h"
#include "core/platform/meta/container.h"

namespace caas::platform::meta {

// How a platform names what is compared.
struct Fields {
    std::string_view text;  // "text", "caption", "message"
    std::string_view time;  // "timestamp", "created_time"
    std::string_view url = "permalink";
    std::string_view parent{};  // {"id":…} of what it answers; empty: no replies are listed
};

// Of the listing's posts that are as new as `wanted` says, the one that has the part's text,
// answers the part before, and is neither another part of the same journal nor another post's.
std::optional<Found> find_listed(
    const Driver& driver,
    net::Request request,
    const Fields& fields,
    const Wanted& wanted,
    const Publication& publication,
    const Tools& tools);

// Whether two texts are the same to Meta: composed (NFC) and without blanks at both ends.
bool is_same_text(std::string_view sent, std::string_view listed);

}  // namespace caas::platform::meta
