// What an organization used, for people: sums of its debits by day, member and model, and who was
// told that tokens run out.
//
// Repository functions over a reader or a transaction; they keep no state. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::billing {

struct Sums {
    std::int64_t generations = 0;  // that gave something
    std::int64_t tokens = 0;       // plan tokens
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t microdollars = 0;  // what providers cost, where their price is known
};

// Days in UTC, both included.
struct Days {
    std::int64_t first = 0;  // since 1970 (period.h)
    std::int64_t last = 0;
};

struct DaySums {
    std::int64_t day = 0;
    Sums sums;
};

struct MemberSums {
    PersonId person;
    std::string name;  // empty: there is no such person any more
    Sums sums;
};

struct ModelSums {
    std::string provider;
    std::string model;
    Sums sums;
};

Sums usage_in(store::Reader& reader, const OrganizationId& organization, Days days);
// Every day of them, also those on which nothing was used.
std::vector<DaySums> usage_by_day(
    store::Reader& reader, const OrganizationId& organization, Days days);
// Those that used most come first.
std::vector<MemberSums> usage_by_member(
    store::Reader& reader, const OrganizationId& organization, Days days);
std::vector<ModelSums> usage_by_model(
    store::Reader& reader, const OrganizationId& organization, Days days);

// Whether nobody was told yet that so many percent of the tokens of this period are used; from now
// on, somebody was.
bool note_warning(
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant period_start,
    int percent,
    Instant now);

}  // namespace caas::billing
