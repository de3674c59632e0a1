// What the flows of people are given besides the tools: how passwords are hashed and who signs
// sessions. And what they say of whoever asks.
#pragma once

#include <functional>
#include <string>

#include "core/access/password.h"
#include "core/access/signing_key.h"
#include "core/access/throttle.h"
#include "core/base/error.h"

namespace caas::flow {

// References only: the composition root owns both. Thread-safe, since each is.
struct People {
    access::PasswordHasher& hasher;
    // Read when first needed, since that makes the key of a new home.
    std::function<const access::SigningKeys&()> keys;
};

// The device somebody is at.
struct Visitor {
    std::string client;   // what it says of itself
    std::string address;  // empty: this machine
};

// Error(rate_limited) that says how long to wait.
inline Error too_often(const std::string& what, Milliseconds wait) {
    const auto seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(wait).count());
    return Error(
               Code::rate_limited,
               "There were too many tries to " + what,
               "try again in " + std::to_string(seconds) + " s")
        .retry_after(seconds);
}

}  // namespace caas::flow
