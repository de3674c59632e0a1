// A piece of a long list, and the cursor that asks for the next one. Cursors are opaque to users:
// they hold the list's name and the sort key of the last row seen (keyset paging), so a list does
// not slip when rows come and go. Pure functions; thread-safe.
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

// A list that comes in pages. Its cursors say which one they are of: a place in one list would
// silently leave out rows of another.
struct PagedList {
    std::string name;   // "tokens"; one that comes in two orders is two lists
    std::string owner;  // what all its rows belong to; empty: the installation
    std::string shape;  // a letter a sort key: n for a number, i for an id, t for any text
};

// `keys`: numbers and texts only.
std::string encode_cursor(const Values& keys, const PagedList& list);

// The keys again, or as many NULLs when there is no cursor, to bind as they are. Throws
// Error(invalid) for what is no cursor of `list`.
Values decode_cursor(std::string_view cursor, const PagedList& list);

// How many rows to ask the database for: one more than the page shows, to know whether there is
// more. Throws Error(invalid) when the limit is out of range.
std::int64_t rows_for(const Page& page);

// Makes a page of the rows that `rows_for` asked for; `key` gives an item's sort key as Values.
template <typename Item, typename Key>
Slice<Item> slice(std::vector<Item> items, const Page& page, const PagedList& list, Key key) {
    Slice<Item> made;
    if (items.size() > page.limit) {
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(page.limit), items.end());
        made.next_cursor = encode_cursor(key(items.back()), list);
    }
    made.items = std::move(items);
    return made;
}

}  // namespace caas::store
