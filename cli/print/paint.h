// Colours for a terminal. Colour never carries meaning alone: the words say the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caas::cli::print {

enum class Colour : std::uint8_t { plain, bold, faint, red, green, yellow, blue, cyan };

class Paint {
  public:
    explicit Paint(bool is_on) : is_on_(is_on) {}

    std::string operator()(Colour colour, std::string_view text) const;

    bool is_on() const { return is_on_; }

  private:
    bool is_on_;
};

// The colour of a post's or account's state.
Colour colour_of_state(std::string_view state);

}  // namespace caas::cli::print
