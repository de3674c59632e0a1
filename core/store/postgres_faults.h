// Says what PostgreSQL's error numbers mean to a person, without a word of SQL and without the
// password of the address. A value; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace caas::store {

class PostgresFaults {
  public:
    // `database`: how people call it, as in "caas at db.example.org".
    explicit PostgresFaults(std::string database) : name_(std::move(database)) {}

    // `state`: the five letters of SQLSTATE; `what`: the server's words, shown only in debug
    // builds.
    Error of(std::string_view state, std::string_view what) const;
    // No connection could be made. `what` decides the words and is not shown as it is.
    Error unreachable(std::string_view what) const;
    Error lost() const;
    // Nobody answers who wants a session.
    Error away() const;
    Error silent() const;
    Error undecided() const;
    // `why` completes "The PostgreSQL database … ".
    Error unfit(const std::string& why, std::string hint) const;

  private:
    std::string name_;
};

// What a transaction died of is gone when it is run again from its start.
bool is_passing(std::string_view state);

}  // namespace caas::store
