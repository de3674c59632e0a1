// Moves everything from one database into another, whatever their engines.
//
// Functions; each opens connections of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/store/store.h"

namespace caas::store {

struct CopiedTable {
    std::string name;
    std::int64_t rows = 0;
};

// Copies every row of `from`, as of one moment, into `to`, in one transaction, and compares both
// sides row by row before it is committed. `to` is made or brought up to date first. Gives the
// tables in the order they were copied. Throws Error: not_found when there is no `from`, conflict
// when `to` is not empty or `from` is of an older schema, storage_corrupt when the sides differ,
// and what reading and writing throw; then `to` is as empty as before.
std::vector<CopiedTable> copy_database(Connector& from, Connector& to, const Clock& clock);

}  // namespace caas::store
