#include "cli/command/written.h"

#include <nlohmann/json.hpp>

#include "cli/input.h"
#include "cli/print/content.h"
#include "core/platform/driver.h"

namespace caas::cli::command {

Json parts_json(std::string_view text) {
    auto parts = Json::array();
    for (auto& part : parts_of(text)) {
        Json one = Json::object();
        one["text"] = std::move(part);
        parts.push_back(std::move(one));
    }
    return parts;
}

std::vector<std::string> texts_for(const Json& version, const std::string& platform) {
    const auto* own = json::path(version, {"overrides", platform, "parts"});
    const auto* parts = own != nullptr && !own->empty() ? own : json::find(version, "parts");
    return parts == nullptr ? std::vector<std::string>() : print::part_texts(*parts);
}

std::string platform_id(std::string_view typed) {
    return std::string(platform::get(typed).id);
}

}  // namespace caas::cli::command
