#include <array>

#include "cli/help.h"
#include "core/access/permission.h"
#include "core/platform/driver.h"
#include "core/provider/driver.h"

namespace caas::cli {
namespace {

constexpr std::array<std::string_view, 10> post_states{
    "draft",
    "scheduled",
    "publishing",
    "retrying",
    "published",
    "failed",
    "unconfirmed",
    "canceled",
    "missed",
    "paused"};
constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

template <typename Range>
std::vector<std::string_view> all_of(const Range& range) {
    return {range.begin(), range.end()};
}

template <typename Drivers>
std::vector<std::string_view> ids_of(const Drivers& drivers) {
    std::vector<std::string_view> out;
    for (const auto* driver : drivers)
        out.push_back(driver->id);
    return out;
}

}  // namespace

std::vector<std::string_view> choices(Kind kind) {
    switch (kind) {
        case Kind::platform:
            return ids_of(platform::all());
        case Kind::provider:
            return ids_of(provider::all());
        case Kind::tone:
            return all_of(provider::tones());
        case Kind::post_state:
            return all_of(post_states);
        case Kind::scope:
            return all_of(access::scope_names());
        case Kind::role:
            return all_of(access::role_names());
        case Kind::shell:
            return all_of(shells);
        case Kind::topic: {
            std::vector<std::string_view> out;
            for (const auto& topic : topics())
                out.push_back(topic.name);
            return out;
        }
        case Kind::text:
        case Kind::file:
        case Kind::folder:
            return {};
    }
    return {};
}

}  // namespace caas::cli
