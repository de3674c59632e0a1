#include "core/api/request.h"

#include <algorithm>

#include <strings.h>

namespace caas::api {

std::size_t TextBody::read(std::span<char> into) {
    const auto count = std::min(into.size(), text_.size() - at_);
    std::copy_n(text_.data() + at_, count, into.data());
    at_ += count;
    return count;
}

std::optional<std::string> Request::header(std::string_view name) const {
    for (auto at = headers.rbegin(); at != headers.rend(); ++at) {
        if (at->first.size() == name.size() &&
            strncasecmp(at->first.data(), name.data(), name.size()) == 0)
            return at->second;
    }
    return std::nullopt;
}

bool Request::hold(Clock& clock, Milliseconds duration) const {
    return clock.sleep(duration, closing) && !stop.stop_requested();
}

}  // namespace caas::api
