// Who waits for events or for a post in this process: each holds a thread of the daemon meanwhile,
// so there are few places, and nobody has them all. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/access/principal.h"

namespace caas::api {

class Listeners {
  public:
    static constexpr int most = 16;        // half of the threads stay free for others
    static constexpr int most_of_one = 6;  // what a browser opens to one server at once

    // One of the places, for as long as it lives. Strangers together are one person.
    class Seat {
      public:
        // Throws Error(busy) when there is none.
        Seat(Listeners& listeners, const access::Principal& principal);
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
        ~Seat();

      private:
        Listeners& listeners_;
        const std::string person_;
    };

  private:
    std::mutex mutex_;  // guards what follows
    int taken_ = 0;
    std::map<std::string, int> by_person_;
};

}  // namespace caas::api
