// The platforms of the benchmark: one that does nothing, one that sends a single HTTP request.
// Both tell when each call began. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/platform/driver.h"

namespace caas::bench {

const platform::Driver& idle_driver();
const platform::Driver& http_driver();

// When a call began, in nanoseconds of the wall clock, and when its post was due.
struct Begun {
    std::int64_t at;
    std::int64_t due;
};

// Room for so many calls; forgets those of before.
void expect_calls(std::size_t most);
std::size_t calls_begun();
// In the order they began.
std::vector<Begun> calls();

std::int64_t wall_ns();

// A process that answers each request with 200 at once, until this one dies. Gives its base URL.
// Call it before any thread is started.
std::string start_sink();

}  // namespace caas::bench
