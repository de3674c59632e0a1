// A piece of a long list, and the cursor that asks for the next one. Cursors are opaque to users:
// they hold the sort key of the last row seen (keyset paging), so a list does not slip when rows
// come and go. Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/store/connection.h"

namespace caas::store {

constexpr std::size_t default_limit = 50;
constexpr std::size_t most_limit = 200;

// What a caller asks for.
struct Page {
    std::size_t limit = default_limit;
    std::string cursor;  // empty: from the start
};

template <typename Item>
struct Slice {
    std::vector<Item> items;
    std::optional<std::string> next_cursor;
};

// `keys`: numbers and texts only.
std::string encode_cursor(const Values& keys);

// The keys again, or as many NULLs when there is no cursor, to bind as they are. `shape` has one
// letter a key: n for a number, i for an id, t for any text. Throws Error(invalid) for what is no
// such cursor.
Values decode_cursor(std::string_view cursor, std::string_view shape);

// How many rows to ask the database for: one more than the page shows, to know whether there is
// more. Throws Error(invalid) when the limit is out of range.
std::int64_t rows_for(const Page& page);

// Makes a page of the rows that `rows_for` asked for; `key` gives an item's sort key as Values.
template <typename Item, typename Key>
Slice<Item> slice(std::vector<Item> items, const Page& page, Key key) {
    Slice<Item> made;
    if (items.size() > page.limit) {
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(page.limit), items.end());
        made.next_cursor = encode_cursor(key(items.back()));
    }
    made.items = std::move(items);
    return made;
}

}  // namespace caas::store
