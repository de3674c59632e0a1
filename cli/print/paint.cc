#include "cli/print/paint.h"

#include <array>

namespace caas::cli::print {
namespace {

// ECMA-48 "select graphic rendition" numbers, in the order of Colour.
constexpr std::array<std::string_view, 8> codes{"0", "1", "2", "31", "32", "33", "34", "36"};

}  // namespace

std::string Paint::operator()(Colour colour, std::string_view text) const {
    if (!is_on_ || colour == Colour::plain || text.empty())
        return std::string(text);
    std::string out = "\x1b[";
    out += codes[static_cast<std::size_t>(colour)];
    out += 'm';
    out += text;
    out += "\x1b[0m";
    return out;
}

Colour colour_of_state(std::string_view state) {
    if (state == "published" || state == "active" || state == "done")
        return Colour::green;
    if (state == "failed" || state == "needs_sign_in")
        return Colour::red;
    if (state == "unconfirmed" || state == "retrying" || state == "missed" || state == "unknown" ||
        state == "paused")
        return Colour::yellow;
    if (state == "scheduled" || state == "publishing" || state == "started")
        return Colour::cyan;
    return Colour::faint;
}

}  // namespace caas::cli::print
