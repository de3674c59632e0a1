// One part of a publication as a Mastodon status: what is sent, and how it is found again.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform::mastodon {

// {"key":…,"body":…}: the idempotency key and the request's body, byte for byte. The key depends on
// the post and the part alone; `reply_to` is the id of the part before, empty for the first;
// `attachments` are the ids of its media there.
std::string prepare(
    const Publication& publication,
    int part,
    const std::string& reply_to,
    const std::vector<std::string>& attachments);

// Whether a status of the account (from its listing) with this source (its plain text) is the one
// that `body` asked for.
bool is_same(const Json& body, const Json& status, const Json& source);

}  // namespace caas::platform::mastodon
