// A file descriptor that is closed when its owner dies. Movable; for one thread at a time.
#pragma once

#include <utility>

#include <unistd.h>

namespace caas::http {

class Descriptor {
  public:
    Descriptor() = default;

    explicit Descriptor(int number) : number_(number) {}

    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }

    int get() const noexcept { return number_; }

    explicit operator bool() const noexcept { return number_ >= 0; }

  private:
    int number_ = -1;
};

}  // namespace caas::http
