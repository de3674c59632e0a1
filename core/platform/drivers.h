// The drivers' names, for registry.cc and each driver's own folder.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform {

namespace bluesky {
extern const Driver driver;
}

namespace facebook {
extern const Driver driver;
}

namespace instagram {
extern const Driver driver;
}

namespace linkedin {
extern const Driver driver;
}

namespace mastodon {
extern const Driver driver;
}

namespace outbox {
extern const Driver driver;
}

namespace threads {
extern const Driver driver;
}

namespace webhook {
extern const Driver driver;
}

namespace x {
extern const Driver driver;
}

}  // namespace caas::platform
