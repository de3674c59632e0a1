// The form in which a model has to answer, and reading what it answered. Pure; thread-safe.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caas::provider {

// A platform in the answer: `{"text": …}`, or `{"parts": […]}` where threads are possible.
struct Shape {
    std::string platform;
    bool has_threads = false;
};

// JSON Schema of one object with a property per platform. Strict as OpenAI wants it: every object
// names all its members as required and allows no others.
std::string posts_schema(std::span<const Shape> shapes);

// The shapes that a schema of posts_schema asks for, in its order; empty when it is none.
std::vector<Shape> shapes_of(std::string_view schema);

// Platform id to the parts of its post, each trimmed and not empty.
using Posts = std::map<std::string, std::vector<std::string>>;

// Reads an answer that must hold exactly these platforms, also from inside a ```json fence
// or behind <think>…</think>. Half a surrogate pair is read as U+FFFD.
// Throws Error(provider_malformed) that says what is wrong with it.
Posts parse_posts(std::string_view answer, std::span<const std::string> platforms);

}  // namespace caas::provider
