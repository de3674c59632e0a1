#include "core/billing/grant.h"

#include "core/base/error.h"

namespace caas::billing {

bool add_grant(store::Transaction& transaction, IdMaker& ids, const Grant& grant, Instant now) {
    if (grant.tokens < 1)
        throw Error(Code::invalid, "A grant is of 1 plan token or more");
    if (grant.reason.empty() || grant.source.empty())
        throw Error(Code::invalid, "A grant says why it is given, and for what");
    if (grant.expires_at && *grant.expires_at <= grant.valid_from)
        throw Error(Code::invalid, "A grant ends after it begins");
    const auto added = transaction.execute(
        R"sql(
INSERT INTO token_grant (id, organization_id, reason, source, tokens, valid_from, expires_at,
    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (organization_id, reason, source) DO NOTHING)sql",
        {ids.text(),
         grant.organization,
         grant.reason,
         grant.source,
         grant.tokens,
         grant.valid_from,
         grant.expires_at,
         now});
    return added > 0;
}

}  // namespace caas::billing
