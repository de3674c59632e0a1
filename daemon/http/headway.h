// Whether the other side still gets on: who takes nothing of its answer, or gives nothing of its
// request, is not waited for when the server ends. For one thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"

namespace caas::http {

class Headway {
  public:
    // Whether nothing has happened for so long, as far as the calls of this can tell. `left`: what
    // is still to be taken or given, in bytes.
    bool is_lost(std::uint64_t left, Monotonic now, Milliseconds patience) {
        if (left_ != left) {
            left_ = left;
            since_ = now;
        }
        return now - since_ >= patience;
    }

  private:
    std::optional<std::uint64_t> left_;
    Monotonic since_{};
};

// How many bytes the socket has accepted that the other side has not: a program that reads nothing
// lets its system take no more than a buffer of them.
std::uint64_t untaken(int socket);

}  // namespace caas::http
