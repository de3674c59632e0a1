// A publication on LinkedIn: its first part as a post, the others as comments under it. Pure
// functions.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform::linkedin {

// The body of the request that makes the post, byte for byte. `media` are the URNs of its pictures
// or of its video, in order.
std::string body_of_post(
    const Publication& publication, const std::string& author, std::span<const std::string> media);

// {"object":…,"body":…}: the post's URN and the body of the request that makes the comment.
std::string prepare_comment(const Part& part, const std::string& author, const std::string& post);

// Whether a post of a listing is the one that `body` asked for.
bool is_same(const Json& body, const Json& post);

// The URN of the post an entry made: of the answer, or out of the address a person gave when they
// found it; empty when neither is there.
std::string urn_of(const Entry& entry);

}  // namespace caas::platform::linkedin
