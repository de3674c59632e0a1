// The statements a PostgreSQL session keeps prepared, by text and by the types of their parameters.
//
// The server guesses the types of parameters that are NULL at first, and the guess may be too
// narrow for what comes later; then the same text is prepared again with the types that came. For
// one thread; forgotten with the session.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/store/connection.h"
#include "core/store/postgres_link.h"

namespace caas::store {

class PostgresStatements {
  public:
    // Queues what runs `sql` with `values`; gives how many answers come before its own. Throws
    // Error(internal) when the values do not fit the statement.
    std::size_t add(PostgresLink& link, std::string_view sql, const Values& values);
    // Takes in how the server describes the statement that was prepared just now: the answer before
    // its own.
    void learn(const PostgresLink& link, const PGresult& description);
    // The run failed, so what was being prepared may not be there.
    void unlearn();

  private:
    struct Prepared {
        std::string name;
        std::vector<Oid> types;
    };

    struct Known {
        std::size_t parameters = 0;
        std::vector<Prepared> variants;
    };

    struct TextHash {
        using is_transparent = void;

        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::unordered_map<std::string, Known, TextHash, std::equal_to<>> known_;
    std::size_t made_ = 0;
    Known* fresh_ = nullptr;  // its last variant is being prepared
};

// A parameter in the text of a statement, which may name it several times.
struct Parameter {
    std::size_t at = 0;      // of its `$`
    std::size_t size = 0;    // with it
    std::size_t number = 0;  // from 1
};

// In their order; those in texts, names and comments are none.
std::vector<Parameter> parameters_in(std::string_view sql);

// How many parameters a statement has; those in texts, names and comments do not count. Throws
// Error(internal) when they are not $1 to $n.
std::size_t count_parameters(std::string_view sql);

}  // namespace caas::store
