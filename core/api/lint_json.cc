#include "core/api/lint_json.h"

#include <nlohmann/json.hpp>

namespace caas::api {

Json lint_json(std::span<const platform::Report> reports) {
    auto list = Json::array();
    for (const auto& report : reports)
        list.push_back(platform::to_json(report));
    return list;
}

}  // namespace caas::api
