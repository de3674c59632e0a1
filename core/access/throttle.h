// How often something may be tried, kept in the store and so the same for all daemons: a bucket
// that fills by one try an interval (the generic cell rate algorithm; one number a bucket).
//
// Functions over a reader or a transaction; they keep no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::access {

struct Bucket {
    std::string name;
    int most = 1;           // tries at once
    Milliseconds interval;  // after which one more is there
};

// How long until all of them have a try to give; nullopt: they do now.
std::optional<Milliseconds> wait_for(
    store::Reader& reader, Instant now, const std::vector<Bucket>& buckets);
// Takes one try from each; what wait_for says, when one has none. Two that ask at once never get
// the same try.
std::optional<Milliseconds> take(
    store::Transaction& transaction, Instant now, const std::vector<Bucket>& buckets);
// Puts one try back.
void give_back(store::Transaction& transaction, const Bucket& bucket);
// Fills a bucket.
void fill(store::Transaction& transaction, std::string_view name);
// Forgets the buckets that are full.
void sweep_buckets(store::Transaction& transaction, Instant now);

// What an address counts as: of IPv6 the network of 64 bits, which is one household.
std::string address_group(std::string_view address);
// Of IPv6 the network of 48 bits, the most that one customer is usually given: whoever has it has
// 65,536 groups. nullopt for other addresses.
std::optional<std::string> address_site(std::string_view address);

}  // namespace caas::access
