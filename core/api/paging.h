// The two query parameters of every list: `limit` (1 to 200, default 50) and `cursor`.
#pragma once

#include "core/api/query.h"
#include "core/store/page.h"

namespace caas::api {

inline store::Page take_page(const Query& query) {
    store::Page page;
    if (const auto limit = query.integer("limit", 1, static_cast<std::int64_t>(store::most_limit)))
        page.limit = static_cast<std::size_t>(*limit);
    page.cursor = query.text_or_empty("cursor");
    return page;
}

}  // namespace caas::api
