// How rows of the table of settings are written (setting_table.cc). Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/config/setting.h"

namespace caas::config {

constexpr Setting text(
    std::string_view name,
    std::string_view fallback,
    std::string_view doc,
    std::string_view environment = "") {
    return {name, Type::text, false, fallback, environment, "", 0, 0, doc};
}

constexpr Setting secret(
    std::string_view name, std::string_view environment, std::string_view doc) {
    return {name, Type::text, true, "", environment, "", 0, 0, doc};
}

constexpr Setting choice(
    std::string_view name,
    std::string_view fallback,
    std::string_view choices,
    std::string_view doc) {
    return {name, Type::choice, false, fallback, "", choices, 0, 0, doc};
}

constexpr Setting integer(
    std::string_view name,
    std::string_view fallback,
    std::int64_t least,
    std::int64_t most,
    std::string_view doc) {
    return {name, Type::integer, false, fallback, "", "", least, most, doc};
}

constexpr Setting truth(std::string_view name, std::string_view fallback, std::string_view doc) {
    return {name, Type::truth, false, fallback, "", "", 0, 0, doc};
}

constexpr Setting list(std::string_view name, std::string_view doc) {
    return {name, Type::list, false, "", "", "", 0, 0, doc};
}

constexpr Setting url(
    std::string_view name,
    std::string_view fallback,
    std::string_view doc,
    std::string_view environment = "") {
    return {name, Type::url, false, fallback, environment, "", 0, 0, doc};
}

}  // namespace caas::config
