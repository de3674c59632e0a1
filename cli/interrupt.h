// SIGINT and SIGTERM of the command line: the first asks everything to stop, the second leaves at
// once with status 130.
#pragma once

#include <stop_token>
#include <thread>

#include <termios.h>

namespace caas::cli {

// One per process, made by main before any other thread. While it lives the signals are handled.
class Interrupt {
  public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    ~Interrupt();

    std::stop_token token() const { return source_.get_token(); }

    // Becomes and stays readable once a signal came: for poll() beside another descriptor.
    int descriptor() const;

    // While an editor runs in the foreground, SIGINT belongs to it.
    void ignore(bool is_ignored);

  private:
    std::stop_source source_;
    std::jthread watcher_;
};

// What the terminal looked like before its echo was turned off, to be put back when a second
// signal ends the process; nullptr: nothing to put back. The pointer must stay valid.
void restore_on_exit(const termios* settings);

}  // namespace caas::cli
