#include "core/store/list.h"

#include "core/base/error.h"

namespace caas::store {

std::size_t list_size(std::size_t count) {
    if (count <= 1)
        return 1;
    std::size_t size = 8;
    while (size < count)
        size *= 4;
    return size;
}

std::string with_list(std::string_view sql, std::size_t count, std::size_t first) {
    constexpr std::string_view mark = "(…)";
    const auto at = sql.find(mark);
    if (at == std::string_view::npos)
        throw Error(Code::internal, "The statement has no place for a list");
    std::string parameters;
    for (std::size_t i = 0; i < list_size(count); ++i)
        parameters += (i == 0 ? "$" : ", $") + std::to_string(first + i);
    return std::string(sql.substr(0, at)) + "(" + parameters + ")" +
           std::string(sql.substr(at + mark.size()));
}

}  // namespace caas::store
