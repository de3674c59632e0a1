// Runs a program that reads a picture or video and writes another: in a process of its own, with
// nothing of ours but what it is given, for two minutes at most. Functions; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <unistd.h>

#include "core/media/incoming.h"

namespace caas::media {

// Closes it at its end.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() { close(); }

    void close();

    int get() const { return fd_; }

  private:
    int fd_;
};

struct Ran {
    enum class Ending : std::uint8_t { well, badly, late, not_started };

    Ending ending = Ending::well;
    std::string words;  // the beginning of what it said on its standard error
};

struct ChildBounds {
    std::int64_t memory = 0;  // bytes of address space; 0: it bounds itself
    int seconds = 0;          // of processor time
};

// `words`: the program's file and its arguments. `input` becomes its standard input; what it writes
// goes to `into`. Throws Error as Incoming does, unavailable when no more files can be opened.
Ran run(
    const std::vector<std::string>& words,
    int input,
    Incoming& into,
    const ChildBounds& bounds = {});

}  // namespace caas::media
