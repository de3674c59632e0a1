#include "core/store/postgres_set.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/store/postgres_statements.h"

namespace caas::store {
namespace {

enum class Kind { none, number, real, text, mixed };

Kind kind_of(const Value& value) {
    if (value.is_null())
        return Kind::none;
    if (value.integer() != nullptr)
        return Kind::number;
    return value.real() != nullptr ? Kind::real : Kind::text;
}

Kind kind_of(const std::vector<Values>& rows, std::size_t column) {
    auto kind = Kind::none;
    for (const auto& row : rows) {
        const auto here = kind_of(row.at(column));
        if (here == Kind::none || here == kind)
            continue;
        kind = kind == Kind::none ? here : Kind::mixed;
    }
    return kind;
}

std::string_view type_name(Kind kind) {
    return kind == Kind::number ? "BIGINT[]" : "TEXT[]";
}

// PostgreSQL's text for a list: {1,NULL} or {"a","b \" \\"}.
std::string list_of(const std::vector<Values>& rows, std::size_t column) {
    std::string list = "{";
    for (const auto& row : rows) {
        if (list.size() > 1)
            list += ',';
        const auto& value = row.at(column);
        if (value.is_null()) {
            list += "NULL";
        } else if (const auto* number = value.integer()) {
            list += std::to_string(*number);
        } else if (const auto text = value.text()) {
            list += '"';
            for (const char c : *text) {
                if (c == '"' || c == '\\')
                    list += '\\';
                list += c;
            }
            list += '"';
        }
    }
    return list + '}';
}

// Where the list of rows is named in `sql`, and what stands around it there.
struct Form {
    std::string_view before;  // what the statement does
    std::string_view after;   // and to which rows
    bool is_insert = false;
};

std::optional<Form> form_of(std::string_view sql) {
    constexpr std::string_view where = "\nWHERE ";
    constexpr std::string_view values = "\nVALUES (";
    if (sql.starts_with("UPDATE ") && sql.find("\nRETURNING ") == sql.npos) {
        const auto at = sql.find(where);
        if (at == sql.npos || sql.find("\nFROM ") != sql.npos)
            return std::nullopt;
        return Form{sql.substr(0, at), sql.substr(at), false};
    }
    if (sql.starts_with("INSERT INTO ") && sql.ends_with(')')) {
        const auto at = sql.find(values);
        if (at == sql.npos)
            return std::nullopt;
        return Form{sql.substr(0, at), sql.substr(at + values.size()), true};
    }
    return std::nullopt;
}

// `sql` with its parameters named as columns of the list; NULL where all are.
std::string renamed(std::string_view sql, const std::vector<Kind>& kinds) {
    std::string text;
    std::size_t done = 0;
    for (const auto& parameter : parameters_in(sql)) {
        text += sql.substr(done, parameter.at - done);
        text += kinds.at(parameter.number - 1) == Kind::none
                    ? std::string("NULL")
                    : "many.p" + std::to_string(parameter.number);
        done = parameter.at + parameter.size;
    }
    return text + std::string(sql.substr(done));
}

}  // namespace

std::optional<PostgresSet> as_set(std::string_view sql, const std::vector<Values>& rows) {
    const auto form = form_of(sql);
    if (!form || rows.size() < 2 || count_parameters(sql) != rows.front().size())
        return std::nullopt;
    PostgresSet set;
    std::vector<Kind> kinds;
    std::string lists;
    std::string columns;
    for (std::size_t i = 0; i < rows.front().size(); ++i) {
        const auto kind = kinds.emplace_back(kind_of(rows, i));
        if (kind == Kind::mixed || kind == Kind::real)
            return std::nullopt;
        if (kind == Kind::none)
            continue;
        set.values.emplace_back(list_of(rows, i));
        lists += (lists.empty() ? "CAST($" : ", CAST($") + std::to_string(set.values.size()) +
                 " AS " + std::string(type_name(kind)) + ")";
        columns += "p" + std::to_string(i + 1) + ", ";
    }
    if (set.values.empty())
        return std::nullopt;
    const auto list = "\nFROM unnest(" + lists + ") WITH ORDINALITY AS many (" + columns + "place)";
    if (form->is_insert) {
        const auto values = form->after.substr(0, form->after.size() - 1);
        set.sql = std::string(form->before) + "\nSELECT " + renamed(values, kinds) + list;
    } else {
        set.sql = renamed(form->before, kinds) + list + renamed(form->after, kinds) +
                  "\nRETURNING many.place";
        set.tells_rows = true;
    }
    return set;
}

}  // namespace caas::store
