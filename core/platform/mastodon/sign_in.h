// Signing in to a Mastodon instance with a browser: caas registers itself there once for each
// address browsers come back to (docs.joinmastodon.org, methods/apps, methods/oauth). Tokens do not
// expire.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::mastodon {

extern const SignIn sign_in;

}  // namespace caas::platform::mastodon
