// One of the places that callers have who hold a thread for long. Whoever took it looks at its
// number and leaves when there are fewer places. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>

namespace caas::http {

class Seat {
  public:
    explicit Seat(std::atomic<std::size_t>& taken) : taken_(taken), number_(++taken) {}

    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    ~Seat() { --taken_; }

    std::size_t number() const noexcept { return number_; }

  private:
    std::atomic<std::size_t>& taken_;
    std::size_t number_;
};

}  // namespace caas::http
