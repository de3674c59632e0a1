// The named JSON schemas of core/api/schema/*.json, which travel inside the program: what requests
// and answers look like. Lists of words that the program knows from a registry stand there as
// {"x-enum": "platforms"} and are filled in here. Made once; thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "core/base/json.h"

namespace caas::api {

struct SchemaFile {
    std::string_view name;  // "content"
    std::string_view text;
};

std::span<const SchemaFile> schema_files();

// An object: every schema by its name. A "$ref" points into "#/components/schemas/".
const Json& schemas();
// An object: what parameters.json says of each parameter, {path parameters} with their braces.
const Json& parameters();

}  // namespace caas::api
