// The terminal of this process.
#pragma once

#include "cli/interrupt.h"
#include "cli/terminal.h"

namespace caas::cli {

class SystemTerminal final : public Terminal {
  public:
    explicit SystemTerminal(const Interrupt& interrupt) : interrupt_(interrupt) {}

    void write(Stream stream, std::string_view text) override;
    void flush() override;
    std::size_t read(std::span<char> into) override;
    bool is_terminal(Stream stream) const override;
    int width() const override;
    std::optional<std::string> environment(std::string_view name) const override;
    std::optional<Secret> ask(std::string_view prompt, bool is_hidden) override;

  private:
    void wait_for_input() const;
    void send_out();

    const Interrupt& interrupt_;
    std::string pending_;  // for standard output
    int failed_with_ = 0;  // errno of the first write to standard output that failed
};

}  // namespace caas::cli
