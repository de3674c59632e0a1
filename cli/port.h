// Whether a port of this machine can be listened on.
#pragma once

#include <string_view>

namespace caas::cli {

// `address`: host:port, the host a literal address or localhost. True also when that cannot be
// told.
bool is_free(std::string_view address);

}  // namespace caas::cli
