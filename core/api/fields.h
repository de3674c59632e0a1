// Reads a JSON object strictly: each field by name and type, and at the end no field may be left
// over. Every refusal is Error(invalid) with the field's pointer. For one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace caas::api {

class Fields {
  public:
    // `object` must outlive this. `pointer`: where in the body it stands, empty for the whole.
    explicit Fields(const Json& object, std::string pointer = {});

    // Null and absent mean the same.
    std::optional<std::string> text(std::string_view name);
    std::string required_text(std::string_view name);
    std::optional<std::int64_t> integer(
        std::string_view name, std::int64_t least, std::int64_t most);
    std::optional<bool> truth(std::string_view name);
    std::optional<std::vector<std::string>> texts(std::string_view name);
    // The value itself, of any type; nullptr when absent.
    const Json* any(std::string_view name);
    const Json* object(std::string_view name);
    const Json* array(std::string_view name);

    bool has(std::string_view name) const;
    // It is there, and null: for the few fields where that may well be a mistake.
    bool is_null(std::string_view name) const;

    // Throws when the object holds a field nobody asked for, naming the nearest one that exists.
    void finish() const;

    std::string pointer_to(std::string_view name) const;

  private:
    [[noreturn]] void refuse(std::string_view name, const std::string& what) const;
    const Json* take(std::string_view name);

    const Json& object_;
    std::string pointer_;
    std::vector<std::string> asked_;
};

}  // namespace caas::api
