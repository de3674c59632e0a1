#include "cli/print/progress.h"

#include <array>

#include "cli/print/width.h"

namespace caas::cli::print {
namespace {

constexpr std::array<std::string_view, 8> frames{"⠋", "⠙", "⠸", "⠴", "⠦", "⠧", "⠇", "⠏"};
// Back to the first column, then everything to the right erased (ECMA-48).
constexpr std::string_view clear_line = "\r\x1b[K";

}  // namespace

Progress::~Progress() {
    erase();
}

void Progress::show(std::string_view text) {
    if (!call_.shows_progress())
        return;
    const auto line = std::string(frames[frame_++ % frames.size()]) + " " + one_line(text);
    call_.terminal().write(
        Stream::err, std::string(clear_line) + cut(line, call_.terminal().width() - 1));
    is_drawn_ = true;
}

void Progress::erase() {
    if (is_drawn_)
        call_.terminal().write(Stream::err, clear_line);
    is_drawn_ = false;
}

}  // namespace caas::cli::print
