#include "core/flow/look_alike.h"

#include <algorithm>

#include "core/text/fold.h"

namespace caas::flow {

bool may_look_alike(std::string_view one, std::string_view other) {
    const auto ours = text::terms(one);
    const auto theirs = text::terms(other);
    return std::ranges::includes(ours, theirs) || std::ranges::includes(theirs, ours);
}

bool may_look_alike(std::span<const content::Part> one, std::span<const content::Part> other) {
    return std::ranges::any_of(one, [&](const content::Part& part) {
        return std::ranges::any_of(other, [&](const content::Part& theirs) {
            return may_look_alike(part.text, theirs.text);
        });
    });
}

}  // namespace caas::flow
