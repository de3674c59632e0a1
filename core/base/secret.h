// A text that must not be seen: it is wiped when it dies, does not print and does not compare
// in a time that depends on where it differs.
#pragma once

#include <string>
#include <string_view>

namespace caas {

class Secret {
  public:
    Secret() = default;

    explicit Secret(std::string text) : text_(std::move(text)) {}

    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret other) noexcept;
    ~Secret();

    // The text itself, for the one place that needs it.
    const std::string& reveal() const noexcept { return text_; }

    bool empty() const noexcept { return text_.empty(); }

    // First four characters and dots, for `caas config list` and error messages.
    std::string masked() const;

    bool operator==(const Secret& other) const noexcept;

  private:
    std::string text_;
};

}  // namespace caas
