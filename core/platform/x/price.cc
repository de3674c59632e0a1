#include "core/platform/x/price.h"

#include "core/text/entity.h"

namespace caas::platform::x {

std::int64_t price_microdollars(const Publication& publication) {
    constexpr std::int64_t plain = 15'000;
    constexpr std::int64_t with_url = 200'000;
    std::int64_t sum = 0;
    for (const auto& part : publication.parts)
        sum += text::urls(part.text).empty() ? plain : with_url;
    return sum;
}

}  // namespace caas::platform::x
