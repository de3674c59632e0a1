#include "core/api/schema.h"

#include <nlohmann/json.hpp>

#include "core/access/permission.h"
#include "core/base/error.h"
#include "core/delivery/state.h"
#include "core/platform/driver.h"
#include "core/provider/driver.h"
#include "core/schedule/day.h"

namespace caas::api {
namespace {

constexpr std::string_view parameter_file = "parameters";

Json ids(const auto& drivers) {
    auto out = Json::array();
    for (const auto* driver : drivers)
        out.push_back(driver->id);
    return out;
}

Json post_states() {
    auto out = Json::array();
    for (const auto state : delivery::post_states)
        out.push_back(delivery::name(state));
    return out;
}

Json units() {
    auto out = Json::array();
    for (auto unit = 0; unit <= static_cast<int>(platform::Unit::code_points); ++unit)
        out.push_back(platform::name(static_cast<platform::Unit>(unit)));
    return out;
}

Json days() {
    constexpr schedule::Day sunday = 7;
    auto out = Json::array();
    for (schedule::Day day = 1; day <= sunday; ++day)
        out.push_back(schedule::day_name(day));
    return out;
}

Json codes() {
    auto out = Json::array();
    for (const auto& row : all_codes())
        out.push_back(row.name);
    return out;
}

Json registries() {
    auto platform_names = ids(platform::all());
    platform_names.push_back("twitter");
    return {
        {"platforms", ids(platform::all())},
        {"platform_names", std::move(platform_names)},
        {"providers", ids(provider::all())},
        {"tones", provider::tones()},
        {"post_states", post_states()},
        {"roles", access::role_names()},
        {"scopes", access::scope_names()},
        {"units", units()},
        {"days", days()},
        {"codes", codes()}};
}

void complete(Json& value, const Json& words) {
    if (value.is_array()) {
        for (auto& item : value)
            complete(item, words);
    }
    if (!value.is_object())
        return;
    if (const auto name = json::text(value, "x-enum")) {
        value["enum"] = words.at(*name);
        value.erase("x-enum");
    }
    if (const auto name = json::text(value, "$ref"))
        value["$ref"] = "#/components/schemas/" + *name;
    for (const auto& [key, inner] : value.items()) {
        if (key != "examples")
            complete(inner, words);
    }
}

Json read(bool are_parameters) {
    const auto words = registries();
    auto out = Json::object();
    for (const auto& file : schema_files()) {
        if ((file.name == parameter_file) == are_parameters)
            out.update(json::parse(file.text, file.name));
    }
    complete(out, words);
    return out;
}

}  // namespace

const Json& schemas() {
    static const auto all = read(false);
    return all;
}

const Json& parameters() {
    static const auto all = read(true);
    return all;
}

}  // namespace caas::api
