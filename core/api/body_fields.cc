#include "core/api/body_fields.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/driver.h"
#include "core/platform/option.h"

namespace caas::api {
namespace {

content::Part read_part(const Json& value, const std::string& pointer) {
    if (value.is_string())
        return {value.get<std::string>(), {}};
    Fields fields(value, pointer);
    content::Part part{fields.text("text").value_or(""), {}};
    if (auto media = fields.texts("media"))
        part.media = *std::move(media);
    fields.finish();
    return part;
}

}  // namespace

std::optional<std::vector<content::Part>> take_parts(Fields& fields) {
    const auto* list = fields.array("parts");
    const auto text = fields.text("text");
    if (list != nullptr && text)
        throw Error(
            Code::invalid,
            "`text` and `parts` cannot be given together",
            {},
            {{fields.pointer_to("text"), "exclusive", "`text` is short for one part"}});
    if (text)
        return std::vector<content::Part>{{*text, {}}};
    if (list == nullptr)
        return std::nullopt;
    std::vector<content::Part> parts;
    for (const auto& item : *list)
        parts.push_back(
            read_part(item, fields.pointer_to("parts") + "/" + std::to_string(parts.size())));
    return parts;
}

void check_options(Fields& fields) {
    const auto* overrides = fields.object("overrides");
    if (overrides == nullptr)
        return;
    for (const auto& [name, value] : overrides->items()) {
        const auto* options = value.is_object() ? json::find(value, "options") : nullptr;
        if (options != nullptr && options->is_object())
            platform::check_options(
                platform::get(name),
                *options,
                fields.pointer_to("overrides") + "/" + name + "/options");
    }
}

void take_overrides(Fields& fields, content::Body& body) {
    const auto* overrides = fields.object("overrides");
    if (overrides == nullptr)
        return;
    for (const auto& [name, value] : overrides->items()) {
        const std::string id(platform::get(name).id);
        if (value.is_null()) {
            body.overrides.erase(id);
            continue;
        }
        Fields inner(value, fields.pointer_to("overrides") + "/" + name);
        auto& override = body.overrides[id];
        if (auto parts = take_parts(inner))
            override.parts = *std::move(parts);
        if (const auto* options = inner.object("options"); options != nullptr)
            override.options = json::dump(*options);
        inner.finish();
    }
}

namespace {

// `given`: an object with "parts" or "text", as take_parts reads it.
void keep_media(
    const Json& given,
    const std::vector<content::Part>& before,
    std::vector<content::Part>& after) {
    const auto* parts = json::find(given, "parts");
    const bool is_list = parts != nullptr && parts->is_array();
    if (!is_list && json::find(given, "text") == nullptr)
        return;
    for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
        const bool is_named = is_list && (*parts)[i].is_object() && (*parts)[i].contains("media");
        if (!is_named)
            after[i].media = before[i].media;
    }
}

}  // namespace

void keep_unnamed_media(const Json& change, const content::Body& before, content::Body& after) {
    keep_media(change, before.parts, after.parts);
    const auto* overrides = json::find(change, "overrides");
    if (overrides == nullptr || !overrides->is_object())
        return;
    for (const auto& [name, value] : overrides->items()) {
        const std::string id(platform::get(name).id);
        if (const auto own = after.overrides.find(id); own != after.overrides.end())
            keep_media(value, content::parts_for(before, id), own->second.parts);
    }
}

}  // namespace caas::api
