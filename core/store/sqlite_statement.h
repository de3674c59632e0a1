// Statements of one SQLite connection, used through SQLite's own calls: SQLiteCpp 3.2 copies every
// text it binds and counts references for every column it reads. Whatever fails throws
// SQLite::Exception, which the connection puts into words.
//
// For whoever has the connection.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "core/store/connection.h"

namespace caas::store {

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// A statement that is kept.
struct Prepared {
    std::string sql{};
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement{};
    std::vector<int> indices{};  // of $1, $2 … as SQLite numbers them
};

// Throws Error(internal) when `sql` is not exactly one statement.
std::unique_ptr<Prepared> prepare_statement(sqlite3* connection, std::string_view sql);

// Binds $1 to $n for as long as it lives, and ends the statement's use, and with it the read
// transaction. `values` must outlive it: texts are not copied. Throws Error(internal) when there
// are not as many of them.
class Use {
  public:
    Use(const Prepared& prepared, const Values& values);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();

    // Whether there is another row.
    bool step();
    Value value(int column) const;

  private:
    sqlite3_stmt* statement_;
};

}  // namespace caas::store
