// Statements that travel to a PostgreSQL server together, and whose each answer is.
//
// For one thread; forgotten with its session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/store/connection.h"
#include "core/store/postgres_link.h"
#include "core/store/postgres_statements.h"

namespace caas::store {

class PostgresFlight {
  public:
    // Gets the answer of a statement that went well.
    using Take = std::function<void(PGresult*)>;

    // Transaction control: a text without parameters.
    void add_control(PostgresLink& link, const std::string& sql, Take take = {});
    // May send what was added so far, where the statement has to be prepared first.
    void add(PostgresLink& link, std::string_view sql, const Values& values, Take take = {});
    // Runs the statement once for each of `rows`; `changed` and a batch live until the answers are
    // there.
    void add_each(
        PostgresLink& link,
        std::string_view sql,
        const std::vector<Values>& rows,
        std::vector<std::int64_t>& changed);
    // The same at once, if its rows are apart.
    void add(PostgresLink& link, Batch& batch);

    // Sends what was added and hands out the answers. Throws Error for the first that failed; then
    // none of this journey is handed out.
    void run(PostgresLink& link) { run(link, 0); }

    // After a fault: what was added and can still be sent is sent.
    void recover(PostgresLink& link);

  private:
    void run(PostgresLink& link, std::size_t before);

    PostgresStatements statements_;
    std::size_t answers_ = 0;  // how many the journey will bring
    std::vector<std::pair<std::size_t, Take>> awaited_;
};

}  // namespace caas::store
