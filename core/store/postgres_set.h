// One statement for many rows, made of one that is written for each of them. The server checks,
// plans and starts a statement anew each time it runs, which takes longer than changing a row; so
// the parameters become the columns of a list of rows, and it runs once.
//
// Functions of plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/connection.h"

namespace caas::store {

struct PostgresSet {
    std::string sql;
    Values values;            // a list for each parameter that is not NULL in every row
    bool tells_rows = false;  // returns the place, from 1, of each row that changed something
};

// For an UPDATE whose own WHERE begins a line, or an INSERT that ends with its VALUES; nullopt for
// anything else, for fewer than two rows, and where a parameter is not of one type. It does the
// same as running `sql` for each row only when no two of them touch the same row of a table.
std::optional<PostgresSet> as_set(std::string_view sql, const std::vector<Values>& rows);

}  // namespace caas::store
