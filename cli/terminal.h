// The seam to the person: standard input, output and error, what they are connected to, and the
// environment. Nothing else in cli/ may call isatty, getenv or std::cout. For one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace caas::cli {

enum class Stream { in, out, err };

class Terminal {
  public:
    Terminal() = default;
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    virtual ~Terminal() = default;

    // To `out` or `err`. What goes to `out` may be held back until flush() or a write to `err`.
    virtual void write(Stream stream, std::string_view text) = 0;
    // Throws Error when what was written could not be kept (a full disk). A reader that left early
    // (`| head`) is no error.
    virtual void flush() = 0;
    // From standard input: up to into.size() bytes, 0 at its end. Throws Error(canceled) on SIGINT.
    virtual std::size_t read(std::span<char> into) = 0;
    virtual bool is_terminal(Stream stream) const = 0;
    // Columns of the terminal; 80 when it cannot be told.
    virtual int width() const = 0;
    // An empty variable counts as absent.
    virtual std::optional<std::string> environment(std::string_view name) const = 0;
    // Shows `prompt` on `err` and reads one line without its end; `is_hidden` keeps what is typed
    // from the screen. nullopt at the end of the input. Throws Error(canceled) on SIGINT.
    virtual std::optional<Secret> ask(std::string_view prompt, bool is_hidden) = 0;
};

}  // namespace caas::cli
