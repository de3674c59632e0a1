// JSON as caas reads and writes it: bounded depth, checked getters, keys in sorted order.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace caas {

using Json = nlohmann::json;

namespace json {

// Reads one JSON text. Throws Error(bad_request) that names `what` when it is not JSON or is nested
// deeper than 64: nlohmann 3.11.2 has no bound, and dumping a million brackets overflows the stack.
Json parse(std::string_view text, std::string_view what);
// The same, and refuses an object that names a member twice, of which two readers may take two
// different ones: for what strangers send.
Json parse_strictly(std::string_view text, std::string_view what);
// The same, with nullopt instead of a throw: for bytes of which a person never sees the fault.
std::optional<Json> try_parse(std::string_view text);
// Never throws: bytes that are not UTF-8 become U+FFFD.
std::string dump(const Json& value);
std::string dump_pretty(const Json& value);
// Appends `text` with its quotes, as dump() writes it, and no tree in between.
void append_text(std::string& to, std::string_view text);

// Pieces of a JSON text that dump() wrote, as they stand in it and without reading the rest: for
// passing on what is not looked at. nullopt when it is no such object or array, or has no such
// member; of a text that is not JSON anything may be said.
std::optional<std::string_view> slice_of(std::string_view object, std::string_view key);
std::optional<std::string_view> first_slice(std::string_view array);

// Lenient getters for answers of others: absent, null or of another type is nullopt or the default.
const Json* find(const Json& object, std::string_view key);
std::optional<std::string> text(const Json& object, std::string_view key);
std::string text_or(const Json& object, std::string_view key, std::string_view otherwise);
std::optional<std::int64_t> integer(const Json& object, std::string_view key);
std::int64_t integer_or(const Json& object, std::string_view key, std::int64_t otherwise);
std::optional<bool> truth(const Json& object, std::string_view key);
// Follows keys downwards; nullptr as soon as one is missing.
const Json* path(const Json& object, std::initializer_list<std::string_view> keys);

}  // namespace json
}  // namespace caas
