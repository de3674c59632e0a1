// Says what SQLite's and the system's error numbers mean to a person, without a word of SQL.
// A value; thread-safe.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"

namespace caas::store {

class SqliteFaults {
  public:
    explicit SqliteFaults(const std::filesystem::path& database);

    // `code`, `extended`, `what`: as SQLite gives them; `system`: errno of the failed call, or 0.
    Error of(int code, int extended, int system, const char* what) const;
    Error of_system(int system) const;

    Error read_only() const;
    // `why` completes "The database caas.db …".
    Error corrupt(const std::string& why) const;

  private:
    Error full() const;
    Error forbidden() const;

    std::string name_;
    std::string folder_;
};

}  // namespace caas::store
