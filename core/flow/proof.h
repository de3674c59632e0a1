// What flows that prove something by mail share: how many mails may go out, what is said of a token
// that is not good, and the row in the audit log. Functions over a transaction; they keep no state.
#pragma once

#include <string_view>
#include <vector>

#include "core/access/identity.h"
#include "core/access/throttle.h"
#include "core/base/error.h"
#include "core/flow/people.h"

namespace caas::flow {

// Three mails to one address, then one in a quarter of an hour; from one address of the network
// twenty, then one in three minutes. For what anybody may ask for.
std::vector<access::Bucket> mail_buckets(std::string_view email, const Visitor& visitor);
// As many to one address for those who are known here, on whom strangers must not use them up.
access::Bucket member_mail_bucket(std::string_view email);
// Error(forbidden).
Error token_spent();
// That a person changed how they sign in.
void note_change(
    store::Transaction& transaction, Instant now, const PersonId& person, std::string_view action);
// Throws Error(not_found).
access::Identity identity_of(store::Reader& reader, const PersonId& person);

}  // namespace caas::flow
