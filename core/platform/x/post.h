// One part of a publication as a post on X: what is sent, and how it is known again in a listing.
// Pure functions.
#pragma once

#include <span>
#include <string>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform::x {

// The body of the request, byte for byte. `reply_to` is the id of the part before, empty for the
// first. What a thread has once (who may reply, its community) goes with its first post.
std::string body_of(
    const Publication& publication,
    int part,
    const std::string& reply_to,
    std::span<const std::string> media_ids);

// Whether a post of a listing (with its entities, attachments and referenced_tweets) is the one
// that `body` asked for. X gives texts back changed: URLs as t.co links, one of them for media, and
// & < > as HTML.
bool is_same(const Json& body, const Json& post);

// The post's id: of the answer, or the end of the address a person gave when they found it; empty
// when neither is there.
std::string id_of(const Entry& entry);

std::string permalink(const Access& access, const std::string& id);

}  // namespace caas::platform::x
