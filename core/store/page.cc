#include "core/store/page.h"

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/json.h"

namespace caas::store {
namespace {

// Of voices: JSON may write a name of 100 bytes with six times as many.
constexpr std::size_t longest_cursor = 1024;
constexpr std::size_t first_key = 1;  // behind the list's mark
constexpr std::size_t mark_letters = 8;

[[noreturn]] void refuse() {
    throw Error(
        Code::invalid,
        "The cursor is not one that this list gave out",
        "Take next_cursor of the page before as it is, or start without a cursor.",
        {{"/cursor", "cursor.unknown", "not a cursor of this list"}});
}

// Short, since cursors are shown to people; taking one list for another is a mistake, not an
// attack.
std::string mark_of(const PagedList& list) {
    return to_base64url(sha256(list.name + "\n" + list.owner)).substr(0, mark_letters);
}

Value key_of(const Json& value, char kind) {
    if (kind == 'n' && value.is_number_integer())
        return value.get<std::int64_t>();
    if (kind == 'i' && value.is_string() && is_uuid(value.get_ref<const std::string&>()))
        return value.get<std::string>();
    // No column holds a NUL, and PostgreSQL refuses to compare with one.
    if (kind == 't' && value.is_string() &&
        value.get_ref<const std::string&>().find('\0') == std::string::npos)
        return value.get<std::string>();
    refuse();
}

}  // namespace

std::string encode_cursor(const Values& keys, const PagedList& list) {
    auto array = Json::array({mark_of(list)});
    for (const auto& key : keys) {
        if (const auto* number = key.integer())
            array.push_back(*number);
        else if (const auto text = key.text())
            array.push_back(*text);
        else
            throw Error(Code::internal, "A cursor holds numbers and texts only");
    }
    return to_base64url(json::dump(array));
}

Values decode_cursor(std::string_view cursor, const PagedList& list) {
    if (cursor.empty())
        return Values(list.shape.size());
    const auto text =
        cursor.size() <= longest_cursor ? from_base64url(cursor) : std::optional<std::string>();
    const auto array = text ? json::try_parse(*text) : std::optional<Json>();
    if (!array || !array->is_array() || array->size() != first_key + list.shape.size() ||
        (*array)[0] != mark_of(list))
        refuse();
    Values keys;
    for (std::size_t i = 0; i < list.shape.size(); ++i)
        keys.push_back(key_of((*array)[first_key + i], list.shape[i]));
    return keys;
}

std::int64_t rows_for(const Page& page) {
    if (page.limit == 0 || page.limit > most_limit)
        throw Error(
            Code::invalid,
            "A page has 1 to " + std::to_string(most_limit) + " items",
            {},
            {{"/limit", "limit.range", "out of range"}});
    return static_cast<std::int64_t>(page.limit) + 1;
}

}  // namespace caas::store
