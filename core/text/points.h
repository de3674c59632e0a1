// A text by its code points, with the byte each stands at: for rules that look at neighbours in
// both directions. Immutable once built; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caas::text {

class Points {
  public:
    explicit Points(std::string_view text);

    std::size_t size() const { return values_.size(); }

    char32_t operator[](std::size_t at) const { return values_[at]; }

    // The byte where a point starts; the length of the text for the end.
    std::size_t byte_at(std::size_t at) const { return bytes_[at]; }

    // The points [begin, end) as UTF-8.
    std::string slice(std::size_t begin, std::size_t end) const;

  private:
    std::u32string values_;
    std::vector<std::size_t> bytes_;
};

}  // namespace caas::text
