#include "core/platform/limits.h"

namespace caas::platform {

std::string_view name(Unit unit) {
    switch (unit) {
        case Unit::weighted:
            return "weighted";
        case Unit::graphemes:
            return "graphemes";
        case Unit::mastodon:
            return "mastodon";
        case Unit::threads:
            return "threads";
        case Unit::utf16:
            return "utf16";
        case Unit::code_points:
            return "code_points";
    }
    return "code_points";
}

}  // namespace caas::platform
