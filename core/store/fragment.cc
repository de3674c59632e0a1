#include "core/store/fragment.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"

namespace caas::store {
namespace {

constexpr std::size_t id_length = 36;

// As ids are stored: lower case. nullopt for what no id contains.
std::optional<std::string> normal(std::string_view fragment) {
    if (fragment.size() < least_fragment || fragment.size() > id_length)
        return std::nullopt;
    std::string out;
    for (const char c : fragment) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-')
            out += c;
        else if (c >= 'A' && c <= 'F')
            out += static_cast<char>(c - 'A' + 'a');
        else
            return std::nullopt;
    }
    return out;
}

void collect(std::vector<std::string>& ids, const Rows& rows) {
    for (const auto& row : rows) {
        if (std::find(ids.begin(), ids.end(), row.text(0)) == ids.end())
            ids.push_back(row.text(0));
    }
}

}  // namespace

std::optional<std::string> find_by_fragment(
    Reader& reader,
    const FragmentQueries& queries,
    const Value& scope,
    std::string_view fragment,
    std::string_view what) {
    const auto wanted = normal(fragment);
    if (!wanted)
        return std::nullopt;
    std::vector<std::string> ids;
    // 'g' comes after every letter of an id.
    collect(ids, reader.query(queries.by_beginning, {scope, *wanted, *wanted + "g"}));
    if (wanted->size() < id_length)
        collect(ids, reader.query(queries.by_end, {scope, "%" + *wanted}));
    if (ids.empty())
        return std::nullopt;
    if (ids.size() > 1) {
        std::string names;
        for (const auto& id : ids)
            names += (names.empty() ? "" : ", ") + id;
        throw Error(
            Code::conflict,
            "Several ids of a " + std::string(what) + " fit \"" + *wanted + "\": " + names,
            "Write more characters of the one that is meant.");
    }
    return ids.front();
}

}  // namespace caas::store
