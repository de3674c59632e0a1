#include "core/flow/proof.h"

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/base/digest.h"

namespace caas::flow {
namespace {

using std::chrono::minutes;

access::Bucket bucket_to(std::string_view who, std::string_view email) {
    return {std::string(who) + sha256_hex(email).substr(0, 32), 3, minutes(15)};
}

}  // namespace

std::vector<access::Bucket> mail_buckets(std::string_view email, const Visitor& visitor) {
    std::vector<access::Bucket> buckets{bucket_to("mail/to/", email)};
    if (!visitor.address.empty())
        buckets.push_back({"mail/from/" + access::address_group(visitor.address), 20, minutes(3)});
    return buckets;
}

access::Bucket member_mail_bucket(std::string_view email) {
    return bucket_to("mail/member/to/", email);
}

Error token_spent() {
    return {
        Code::forbidden,
        "This token is not good: it was used, is too old, or a newer one was asked for",
        "ask for another one",
        {{"/token", "token.spent", "is not good"}}};
}

void note_change(
    store::Transaction& transaction, Instant now, const PersonId& person, std::string_view action) {
    access::record(
        transaction,
        now,
        {person, std::nullopt},
        access::installation_chain,
        {action, person.text()},
        nullptr);
}

access::Identity identity_of(store::Reader& reader, const PersonId& person) {
    auto identity = access::find_identity(reader, person);
    if (!identity)
        throw Error(Code::not_found, "You are no longer here");
    return *std::move(identity);
}

}  // namespace caas::flow
