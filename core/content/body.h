// The value of a version: what is said, in parts, with what differs per platform. Equal values have
// equal digests, whoever wrote them. Plain data and pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace caas::content {

// Bounds that protect the store and the screen; platforms have far smaller ones of their own.
constexpr std::size_t most_part_bytes = 100'000;
constexpr std::size_t most_parts = 100;
constexpr std::size_t most_overrides = 20;
constexpr std::size_t most_media = 20;              // of one part
constexpr std::size_t most_body_bytes = 1'000'000;  // as JSON

// One message of a thread.
struct Part {
    std::string text;
    std::vector<std::string> media;  // media ids

    bool operator==(const Part&) const = default;
};

// What one platform gets instead of the common text.
struct Override {
    std::vector<Part> parts;     // empty: the common parts, only the options differ
    std::string options = "{}";  // a JSON object

    bool operator==(const Override&) const = default;
};

struct Body {
    std::vector<Part> parts;
    std::map<std::string, Override> overrides;  // by platform id
    std::string language;                       // BCP 47, may be empty
    std::vector<std::string> marks;             // "x.text.shortened": what was done to it

    bool operator==(const Body&) const = default;
};

// The parts a platform gets: its override's, or the common ones.
const std::vector<Part>& parts_for(const Body& body, std::string_view platform);
// The options a platform gets, a JSON object as text.
std::string options_for(const Body& body, std::string_view platform);

// Throws Error(invalid), with one detail for each thing wrong: text that is not UTF-8 or has a NUL,
// no part, a part with neither text nor media, a bound of above, options that are no JSON object.
void check(const Body& body);

Json to_json(const Body& body);
// Of what `canonical` gave. Throws Error(storage_corrupt).
Body parse_body(std::string_view text);
// JSON without blanks, keys sorted by their bytes, every key present: one text for one value.
std::string canonical(const Body& body);
// SHA-256 of the canonical JSON, in hexadecimal.
std::string digest(const Body& body);

// A line for lists: the first line that says something, at most 80 graphemes.
std::string title_of(const Body& body);

}  // namespace caas::content
