#include "core/store/fragment.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "core/base/error.h"
#include "core/base/id.h"

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

Values with(Values values, std::initializer_list<Value> more) {
    values.insert(values.end(), more);
    return values;
}

std::vector<std::string> ids_with(
    Reader& reader,
    const FragmentQueries& queries,
    const Values& scope,
    const std::string& wanted) {
    std::vector<std::string> ids;
    // 'g' comes after every letter of an id.
    collect(ids, reader.query(queries.by_beginning, with(scope, {wanted, wanted + "g"})));
    if (wanted.size() < id_length)
        collect(ids, reader.query(queries.by_end, with(scope, {"%" + wanted})));
    return ids;
}

std::string listed(const std::vector<std::string>& ids) {
    std::string out;
    for (const auto& id : ids)
        out += (out.empty() ? "" : ", ") + id;
    return out;
}

}  // namespace

std::optional<std::string> find_by_fragment(
    Reader& reader,
    const FragmentQueries& queries,
    const Value& scope,
    std::string_view fragment,
    std::string_view what) {
    return find_by_fragment(reader, queries, Values{scope}, fragment, what);
}

std::optional<std::string> find_by_fragment(
    Reader& reader,
    const FragmentQueries& queries,
    const Values& scope,
    std::string_view fragment,
    std::string_view what) {
    const auto wanted = normal(fragment);
    if (!wanted)
        return std::nullopt;
    const auto ids = ids_with(reader, queries, scope, *wanted);
    if (ids.empty())
        return std::nullopt;
    if (ids.size() > 1)
        throw Error(
            Code::conflict,
            "Several ids of a " + std::string(what) + " fit \"" + *wanted + "\": " + listed(ids),
            "Write more characters of the one that is meant.");
    return ids.front();
}

std::optional<std::string> find_by_id_or_name(
    Reader& reader,
    const FragmentQueries& queries,
    const Value& scope,
    std::string_view typed,
    const Rows& named,
    std::string_view what,
    std::string_view way_out) {
    const auto wanted = normal(typed);
    if (named.empty() || (wanted && is_uuid(*wanted)))
        return find_by_fragment(reader, queries, scope, typed, what);
    std::vector<std::string> ids;
    collect(ids, named);
    if (wanted) {
        for (auto& id : ids_with(reader, queries, Values{scope}, *wanted)) {
            if (std::find(ids.begin(), ids.end(), id) == ids.end())
                ids.push_back(std::move(id));
        }
    }
    if (ids.size() > 1)
        throw Error(
            Code::conflict,
            "More than one " + std::string(what) + " is meant by \"" + std::string(typed) +
                "\", by name or by part of the id: " + listed(ids),
            std::string(way_out));
    return ids.front();
}

}  // namespace caas::store
