// Reading a journal for what it leaves open: which step is in doubt, which bytes are the only ones
// that may be sent for it, and what is known of it from elsewhere.
//
// Pure functions; pointers point into the journal that was given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/delivery/attempt.h"

namespace caas::delivery {

// What a look said.
struct Sight {
    enum class Kind : std::uint8_t { there, absent, cannot_tell };

    Kind kind = Kind::cannot_tell;
    std::string remote_id;
    std::string url;
    std::string cursor;
    std::string why;
    bool is_over = false;       // absent, and nothing that was sent can take effect any more
    bool may_be_there = false;  // cannot_tell, but something equal is there
};

// What the journal leaves open since the last step that is done.
struct Tail {
    bool is_doubtful = false;      // a step may have made something
    const Attempt* pin = nullptr;  // its bytes are the only ones that may be sent for this step
};

Tail tail(const Journal& journal);
// What engines that had lost their lane saw of the steps in doubt: nullopt when it settles nothing.
std::optional<Sight> observations(const Journal& journal);

// An open entry: its outcome is unknown, or was never written down.
bool is_open(const Attempt& attempt);

}  // namespace caas::delivery
