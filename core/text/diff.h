// What changed between two texts, by words: for `caas content diff`, the API and the editor. Takes
// any bytes; bounded in time and memory (sequence_diff.h). Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace caas::text {

enum class Op : std::uint8_t { equal, insert, erase };

std::string_view name(Op op);

struct Change {
    Op op = Op::equal;
    std::string text;
};

// In order of the texts; where one thing replaces another, what goes stands before what comes. A
// difference is never shown inside a word, nor inside a run of white space, nor inside a grapheme.
std::vector<Change> diff(std::string_view before, std::string_view after);
// The texts the changes were made of.
std::string before_of(const std::vector<Change>& changes);
std::string after_of(const std::vector<Change>& changes);

// [{"op":"equal","text":"…"},…]
nlohmann::json to_json(const std::vector<Change>& changes);

struct UnifiedNames {
    std::string before = "before";
    std::string after = "after";
};

// The difference by lines, as diff -u writes it; empty when the texts are the same.
std::string unified(
    std::string_view before,
    std::string_view after,
    const UnifiedNames& names = {},
    std::size_t context = 3);

}  // namespace caas::text
