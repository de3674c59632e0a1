// Parameters of `IN ($2, $3, …)` for many values with few different statements: their number is
// rounded up, and the last value is repeated.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/store/connection.h"

namespace caas::store {

// How many parameters stand for `count` values, of which there is at least one: 1, 8, 32, 128 …
std::size_t list_size(std::size_t count);

// `sql` with its one "(…)" replaced by the parameters from `first` on, for `count` values.
std::string with_list(std::string_view sql, std::size_t count, std::size_t first = 1);

// Adds `items` to `values`, and the last of them again until there are list_size.
template <typename Items>
void add_list(Values& values, const Items& items) {
    std::size_t left = list_size(items.size());
    for (const auto& item : items) {
        values.emplace_back(item);
        --left;
    }
    for (; left > 0; --left)
        values.push_back(values.back());
}

}  // namespace caas::store
