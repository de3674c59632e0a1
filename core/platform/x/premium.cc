#include "core/platform/x/premium.h"

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/x/limits.h"

namespace caas::platform::x {

Limits limits_for(std::string_view config) {
    // Subscribers, companies and governments may write long posts. X allows more; 4,000 is what
    // others rely on.
    constexpr int long_text = 4000;
    auto own = limits;
    const auto object = json::try_parse(config);
    const auto type = object ? json::text_or(*object, "verified_type", "") : "";
    if (type == "blue" || type == "business" || type == "government")
        own.text_limit = long_text;
    return own;
}

}  // namespace caas::platform::x
