// The query string of a request, read strictly: unknown and doubled names are refused. For one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caas::api {

// %41 to A, and + to a space where `plus_is_space`; nullopt when an escape is cut off or not
// hexadecimal.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// What is of another kind than the one asked for throws Error(invalid).
class Query {
  public:
    // Throws Error(bad_request) for a broken escape or a doubled name.
    explicit Query(std::string_view encoded);

    // Throws Error(invalid) when the query holds a name that is not one of `names`.
    void require_only(const std::vector<std::string>& names) const;

    // Refuses one that is there and empty: a filter whose value was lost would list everything.
    std::optional<std::string> text(std::string_view name) const;
    // Empty as well when it is not there: for what says nothing then, such as a cursor.
    std::string text_or_empty(std::string_view name) const;
    std::optional<std::int64_t> integer(
        std::string_view name, std::int64_t least, std::int64_t most) const;
    // 1 or true; off when it is not there.
    bool is_on(std::string_view name) const;

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace caas::api
