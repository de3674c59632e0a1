#include "core/billing/invoice.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/billing/grant.h"

namespace caas::billing {
namespace {

constexpr std::array<std::string_view, 3> kinds{"period", "upgrade", "nothing"};

constexpr std::string_view ahead_reason = "grace";

std::string_view name(Paid kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

Paid kind_of(std::string_view word) {
    const auto* const at = std::find(kinds.begin(), kinds.end(), word);
    return at == kinds.end() ? Paid::nothing : static_cast<Paid>(at - kinds.begin());
}

// A plan that was taken out of the file gives nothing any more.
std::int64_t tokens_of(const Plans& plans, const std::optional<std::string>& plan) {
    const auto* found = plan ? plans.find(*plan) : nullptr;
    if (found == nullptr)
        return 0;
    // Without a limit no tokens are counted.
    return found->limit(config::Limit::tokens_per_period).value_or(0);
}

void prefer_greater(const Plans& plans, std::optional<std::string>& best, const std::string& plan) {
    if (!best || tokens_of(plans, plan) > tokens_of(plans, best))
        best = plan;
}

PaidInvoice base_of(const stripe::Invoice& invoice) {
    PaidInvoice out;
    out.id = invoice.id;
    out.customer = invoice.customer;
    out.subscription = invoice.subscription;
    out.period_start = invoice.created_at;
    out.period_end = invoice.created_at;
    out.created_at = invoice.created_at;
    return out;
}

void set_period(PaidInvoice& out, const stripe::InvoiceLine& line) {
    out.period_start = line.start;
    out.period_end = std::max(line.end, line.start);
}

}  // namespace

PaidInvoice read_paid(
    const Plans& plans,
    const stripe::Invoice& invoice,
    const std::function<std::optional<std::string>(const std::string& price)>& plan_of) {
    auto out = base_of(invoice);
    const bool is_change = invoice.reason == "subscription_update";
    const stripe::InvoiceLine* whole = nullptr;
    const stripe::InvoiceLine* rest = nullptr;
    std::optional<std::string> whole_plan;
    for (const auto& line : invoice.lines) {
        const auto plan = plan_of(line.price);
        if (!plan)
            continue;
        if (line.is_proration && line.amount < 0) {
            // Of what is given back, the greatest counts as what was there.
            prefer_greater(plans, out.plan_before, *plan);
        } else if (line.is_proration) {
            prefer_greater(plans, out.plan_after, *plan);
            rest = rest == nullptr || line.end > rest->end ? &line : rest;
        } else if (whole == nullptr || line.end > whole->end) {
            whole = &line;
            whole_plan = plan;
        }
    }
    // A renewal may also hold what earlier changes cost; a change gives only the difference, unless
    // a new period begins with it that costs something.
    if (whole != nullptr && (!is_change || (whole->amount > 0 && !out.plan_before))) {
        out.kind = Paid::period;
        out.plan_before.reset();
        out.plan_after = whole_plan;
        set_period(out, *whole);
        return out;
    }
    if (is_change && whole != nullptr && out.plan_before) {
        prefer_greater(plans, out.plan_after, *whole_plan);
        rest = whole;
    }
    if (is_change && out.plan_before && out.plan_after && rest != nullptr) {
        out.kind = Paid::upgrade;
        set_period(out, *rest);
    }
    return out;
}

std::vector<PaidInvoice> list_paid(store::Reader& reader, std::string_view customer) {
    std::vector<PaidInvoice> out;
    const auto rows = reader.query(
        R"sql(
SELECT id, customer_id, subscription_id, kind, plan_before, plan_after, period_start, period_end,
    granted, created_at
FROM stripe_invoice
WHERE customer_id = $1
  AND state = 'paid'
ORDER BY created_at, id)sql",
        {customer});
    for (const auto& row : rows)
        out.push_back(
            {row.text(0),
             row.text(1),
             row.text(2),
             kind_of(row.view(3)),
             row.maybe_text(4),
             row.maybe_text(5),
             row.instant(6),
             row.instant(7),
             row.integer(8),
             row.instant(9)});
    return out;
}

bool is_paid(store::Reader& reader, std::string_view invoice) {
    return !reader
                .query(
                    R"sql(
SELECT id
FROM stripe_invoice
WHERE id = $1
  AND state = 'paid')sql",
                    {invoice})
                .empty();
}

namespace {

// Each period has one renewal, but every change in it that is not paid has an invoice too.
bool is_period_known(store::Reader& reader, const Advance& advance) {
    return !reader
                .query(
                    R"sql(
SELECT id
FROM stripe_invoice
WHERE subscription_id = $1
  AND kind = 'period'
  AND period_start = $2)sql",
                    {advance.subscription, advance.period_start})
                .empty();
}

std::int64_t given_ahead(store::Reader& reader, std::string_view invoice) {
    const auto rows = reader.query(
        R"sql(
SELECT granted
FROM stripe_invoice
WHERE id = $1)sql",
        {invoice});
    return rows.empty() ? 0 : rows.front().integer(0);
}

// From the least plan to the greatest of all changes in the period, less what was given for the
// others: whatever comes first, the sum is the same, and going up again and again gives nothing
// new.
std::int64_t difference(const Plans& plans, store::Reader& reader, const PaidInvoice& invoice) {
    auto least = tokens_of(plans, invoice.plan_before);
    auto most = tokens_of(plans, invoice.plan_after);
    std::int64_t given = 0;
    for (const auto& other : list_paid(reader, invoice.customer)) {
        if (other.kind != Paid::upgrade || other.subscription != invoice.subscription ||
            other.period_end != invoice.period_end)
            continue;
        least = std::min(least, tokens_of(plans, other.plan_before));
        most = std::max(most, tokens_of(plans, other.plan_after));
        given += other.granted;
    }
    return most - least - given;
}

// What was given ahead is a part of what is paid for now, and good as long as the rest of it. When
// a smaller plan is paid for, what is above its tokens and not spent yet is gone.
void prolong_ahead(
    store::Transaction& transaction,
    const Customer& customer,
    const PaidInvoice& invoice,
    std::int64_t all) {
    const auto spent = transaction
                           .query(
                               R"sql(
SELECT CAST(COALESCE(SUM(s.tokens), 0) AS BIGINT)
FROM token_grant g
JOIN debit_share s ON s.grant_id = g.id
WHERE g.organization_id = $1
  AND g.reason = $2
  AND g.source = $3)sql",
                               {customer.organization, ahead_reason, invoice.id})
                           .front()
                           .integer(0);
    transaction.execute(
        R"sql(
UPDATE token_grant
SET expires_at = $4, tokens = CASE WHEN tokens > $5 THEN $5 ELSE tokens END
WHERE organization_id = $1
  AND reason = $2
  AND source = $3
  AND expires_at < $4)sql",
        {customer.organization,
         ahead_reason,
         invoice.id,
         invoice.period_end + tokens_tail,
         std::max<std::int64_t>({all, spent, 1})});
}

void grant(
    store::Transaction& transaction,
    IdMaker& ids,
    const Customer& customer,
    const PaidInvoice& invoice,
    std::int64_t tokens,
    Instant now) {
    if (tokens < 1)
        return;
    Grant given;
    given.organization = customer.organization;
    given.tokens = tokens;
    given.reason = invoice.kind == Paid::period ? "invoice" : "upgrade";
    given.source = invoice.id;
    given.valid_from = invoice.period_start;
    given.expires_at = invoice.period_end + tokens_tail;
    add_grant(transaction, ids, given, now);
}

}  // namespace

bool settle_invoice(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Customer& customer,
    const PaidInvoice& invoice,
    Instant now) {
    if (is_paid(transaction, invoice.id))
        return false;
    std::int64_t all = 0;
    if (invoice.kind == Paid::period)
        all = tokens_of(plans, invoice.plan_after);
    else if (invoice.kind == Paid::upgrade)
        all = difference(plans, transaction, invoice);
    const auto ahead = given_ahead(transaction, invoice.id);
    if (ahead > 0 && invoice.kind != Paid::nothing)
        prolong_ahead(transaction, customer, invoice, all);
    const auto tokens = std::max<std::int64_t>(all - ahead, 0);
    transaction.execute(
        R"sql(
INSERT INTO stripe_invoice (id, customer_id, subscription_id, state, kind, plan_before, plan_after,
    period_start, period_end, granted, created_at)
VALUES ($1, $2, $3, 'paid', $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE
SET state = 'paid', kind = $4, plan_before = $5, plan_after = $6, period_start = $7,
    period_end = $8, granted = $9, created_at = $10)sql",
        {invoice.id,
         invoice.customer,
         invoice.subscription,
         name(invoice.kind),
         invoice.plan_before,
         invoice.plan_after,
         invoice.period_start,
         invoice.period_end,
         tokens + ahead,
         invoice.created_at});
    grant(transaction, ids, customer, invoice, tokens, now);
    return true;
}

bool give_ahead(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Customer& customer,
    const Advance& advance,
    Instant now) {
    const auto whole = advance.period_end - advance.period_start;
    const auto grace = std::min<Milliseconds>(advance.grace_until - advance.period_start, whole);
    if (advance.invoice.empty() || whole.count() <= 0 || grace.count() <= 0 ||
        is_period_known(transaction, advance))
        return false;
    const auto all = tokens_of(plans, advance.plan);
    const auto tokens = static_cast<std::int64_t>(
        static_cast<double>(all) * static_cast<double>(grace.count()) /
        static_cast<double>(whole.count()));
    if (tokens < 1)
        return false;
    const auto added = transaction.execute(
        R"sql(
INSERT INTO stripe_invoice (id, customer_id, subscription_id, state, kind, plan_after, period_start,
    period_end, granted, created_at)
VALUES ($1, $2, $3, 'open', 'period', $4, $5, $6, $7, $8)
ON CONFLICT (id) DO NOTHING)sql",
        {advance.invoice,
         customer.id,
         advance.subscription,
         advance.plan,
         advance.period_start,
         advance.period_end,
         tokens,
         now});
    if (added == 0)
        return false;
    Grant given;
    given.organization = customer.organization;
    given.tokens = tokens;
    given.reason = ahead_reason;
    given.source = advance.invoice;
    given.valid_from = advance.period_start;
    given.expires_at = advance.grace_until;
    return add_grant(transaction, ids, given, now);
}

}  // namespace caas::billing
