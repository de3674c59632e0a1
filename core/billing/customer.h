// Who an organization is at Stripe.
//
// Repository functions over a reader or a transaction; they keep no state. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::billing {

struct Customer {
    std::string id;  // cus_…
    OrganizationId organization;
    bool is_live = false;  // of real money, not of test mode
    // Grows with every change that came of an answer of Stripe's.
    std::int64_t revision = 0;
    bool is_deleted = false;
};

// The one an organization has now.
std::optional<Customer> find_customer(
    store::Reader& reader, const OrganizationId& organization, bool is_live);
// Also one that was deleted at Stripe.
std::optional<Customer> find_customer(store::Reader& reader, std::string_view id);
// All that there are now, across organizations.
std::vector<Customer> list_customers(store::Reader& reader, bool is_live);

// All that an organization ever had, deleted ones included.
std::vector<Customer> customers_of(
    store::Reader& reader, const OrganizationId& organization, bool is_live);

// False when the organization has another one, or the customer is another organization's.
bool add_customer(
    store::Transaction& transaction,
    std::string_view id,
    const OrganizationId& organization,
    bool is_live,
    Instant now);
// It was deleted at Stripe: the organization gets another one when it needs one.
void end_customer(store::Transaction& transaction, std::string_view id, Instant now);

// Takes the customer for this transaction and makes its next revision; false when it is at another
// one than `seen`, so that what was asked of Stripe before may be older than what is known.
bool take_revision(store::Transaction& transaction, std::string_view id, std::int64_t seen);
// The same whatever was seen: for what Stripe does not change any more, such as a paid invoice.
void take_revision(store::Transaction& transaction, std::string_view id);

// The addresses and names of the owners of an organization who can be written to.
struct Owner {
    std::string email;
    std::string name;
};

std::vector<Owner> owners_of(store::Reader& reader, const OrganizationId& organization);
// Whether the organization is told of this for the first time.
bool note_told(
    store::Transaction& transaction,
    const OrganizationId& organization,
    std::string_view kind,
    std::string_view source,
    Instant now);
// Forgets what they were told so long ago that Stripe brings it no more.
void forget_told(store::Transaction& transaction, Instant now);

}  // namespace caas::billing
