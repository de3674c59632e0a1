// The texts that models are asked with: files of share/prompts with holes for values. A version of
// a content keeps the name and the digest of the template that made it.
//
// Immutable once loaded; may be used from several threads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace caas::provider {

// A file has three pieces: words for people, then `## system` and `## user` on lines of their own.
// In the last two, `{{name}}` is a value, `{{#name}}…{{/name}}` stands when the value is neither
// absent, false, empty nor 0 (and once for each item of a list, whose members come first), and
// `{{^name}}…{{/name}}` stands when it is. Values are put in as they are and never read again, so
// braces in a person's text mean nothing. A line with nothing but a section's tag leaves no line.
class Template {
  public:
    struct Text {
        std::string system;
        std::string user;
    };

    // "post.v1" is read from `folder`/post.v1.md. Throws Error(internal) when it is not there, has
    // not both pieces, or a section is not closed.
    static Template load(const std::filesystem::path& folder, std::string_view name);
    // From a text; for tests and for load.
    static Template parse(std::string_view name, std::string_view text);

    // "post.v1".
    const std::string& name() const noexcept { return name_; }

    // SHA-256 of the file, in hexadecimal.
    const std::string& digest() const noexcept { return digest_; }

    // `values`: an object. Throws Error(internal) that names a value the template asks for and
    // does not get.
    Text render(const Json& values) const;

  private:
    Template() = default;

    std::string name_;
    std::string digest_;
    std::string system_;
    std::string user_;
};

}  // namespace caas::provider
