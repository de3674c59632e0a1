// Finds out which program listens on a port, from /proc. Thread-safe: no state.
#pragma once

#include <cstdint>
#include <string>

namespace caas::http {

// "caasd (process 1234)", or empty when it cannot be told: another user's processes are only shown
// to root.
std::string describe_port_holder(std::uint16_t port);

}  // namespace caas::http
