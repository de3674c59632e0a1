#include "core/access/audit.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"

namespace caas::access {
namespace {

constexpr std::string_view format_note = "caas audit 1\n";

Json or_null(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json();
}

template <typename Kind>
std::optional<std::string> text_of(const std::optional<Kind>& id) {
    return id ? std::optional(id->text()) : std::nullopt;
}

// What a row's digest is of. The order of members is fixed: json::dump sorts them.
std::string digest_of(const AuditRow& row, std::int64_t number) {
    const Json canonical{
        {"chain", row.chain},
        {"number", number},
        {"at", to_ms(row.happened_at)},
        {"person", or_null(text_of(row.person))},
        {"token", or_null(text_of(row.token))},
        {"action", row.action},
        {"target", row.target},
        {"detail", row.detail}};
    return sha256_hex(std::string(format_note) + row.previous + "\n" + json::dump(canonical));
}

// Columns: chain, number, happened_at, person_id, token_id, action, target, detail, previous,
// digest, and the person's name where it was asked for.
AuditRow read_row(const store::Row& row) {
    AuditRow out;
    out.chain = row.text(0);
    out.number = row.integer(1);
    out.happened_at = row.instant(2);
    if (const auto person = row.maybe_text(3))
        out.person = PersonId(*person);
    if (const auto token = row.maybe_text(4))
        out.token = TokenId(*token);
    out.action = row.text(5);
    out.target = row.text(6);
    out.detail = row.text(7);
    out.previous = row.text(8);
    out.digest = row.text(9);
    if (row.size() > 10)
        out.person_name = row.maybe_text(10);
    return out;
}

// Reads a chain from its first row on and says what is wrong with it.
class Examiner {
  public:
    explicit Examiner(std::string_view noted) : noted_(noted) {
        if (!noted.empty())
            verdict_.has_noted = false;
    }

    void take(AuditRow row) {
        ++verdict_.rows;
        const auto expected = last_number_ + 1;
        if (row.number > expected)
            missing(expected, row.number - 1);
        else if (row.previous != last_digest_)
            fault(
                std::max<std::int64_t>(last_number_, 1),
                "replaced",
                "is not the row that row " + std::to_string(row.number) + " was written after");
        if (digest_of(row, row.number) != row.digest)
            changed_.push_back(row);
        if (!noted_.empty() && row.digest == noted_)
            verdict_.has_noted = true;
        last_number_ = row.number;
        last_digest_ = std::move(row.digest);
    }

    std::int64_t last_number() const { return last_number_; }

    // `head`: what the chain is known to end with; nothing when that is not known.
    AuditVerdict finish(const std::optional<AuditRow>& head) {
        const auto last = head ? head->number : 0;
        if (last > last_number_)
            missing(last_number_ + 1, last);
        else if (last < last_number_)
            fault(last + 1, "added", "and what follows was not written by caas");
        else if (head && head->digest != last_digest_)
            fault(last, "replaced", "is not the last row that was written");
        for (const auto& row : changed_)
            blame(row);
        std::stable_sort(
            verdict_.faults.begin(),
            verdict_.faults.end(),
            [](const AuditFault& a, const AuditFault& b) { return a.number < b.number; });
        verdict_.head = last_digest_;
        return std::move(verdict_);
    }

  private:
    // Rows that changed places fit their digests under each other's numbers.
    void blame(const AuditRow& row) {
        constexpr std::size_t most_tried = 200;
        const auto tried = std::min(changed_.size(), most_tried);
        for (std::size_t i = 0; i < tried; ++i) {
            const auto number = changed_[i].number;
            if (number != row.number && digest_of(row, number) == row.digest)
                return fault(row.number, "moved", "was written as row " + std::to_string(number));
        }
        fault(row.number, "changed", "is not as it was written");
    }

    void missing(std::int64_t from, std::int64_t to) {
        fault(
            from,
            "missing",
            from == to ? "is missing" : "up to row " + std::to_string(to) + " are missing");
    }

    void fault(std::int64_t number, std::string_view rule, const std::string& what) {
        verdict_.faults.push_back({number, rule, "Row " + std::to_string(number) + " " + what});
    }

    std::string noted_;
    AuditVerdict verdict_;
    std::vector<AuditRow> changed_;
    std::int64_t last_number_ = 0;
    std::string last_digest_;
};

std::optional<AuditRow> find_head(store::Reader& reader, std::string_view chain) {
    const auto rows = reader.query(
        R"sql(
SELECT number, digest FROM audit_head
WHERE chain = $1)sql",
        {chain});
    if (rows.empty())
        return std::nullopt;
    AuditRow head;
    head.number = rows.front().integer(0);
    head.digest = rows.front().text(1);
    return head;
}

}  // namespace

Actor actor_of(const Principal& principal) {
    return {principal.person, principal.token};
}

void record(
    store::Transaction& transaction,
    Instant now,
    const Actor& actor,
    std::string_view chain,
    const Deed& deed,
    const Json& detail) {
    // Takes the chain's lock, so that no two rows follow the same one.
    const auto heads = transaction.query(
        R"sql(
INSERT INTO audit_head (chain, number, digest)
VALUES ($1, 1, '')
ON CONFLICT (chain) DO UPDATE SET number = audit_head.number + 1
RETURNING number, digest)sql",
        {chain});
    AuditRow row;
    row.chain = chain;
    row.number = heads.front().integer(0);
    row.happened_at = now;
    row.person = actor.person;
    row.token = actor.token;
    row.action = deed.action;
    row.target = deed.target;
    row.detail = json::dump(detail.is_null() ? Json::object() : detail);
    row.previous = heads.front().text(1);
    row.digest = digest_of(row, row.number);
    transaction.execute(
        R"sql(
INSERT INTO audit (chain, number, happened_at, person_id, token_id, action, target, detail,
    previous, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))sql",
        {row.chain,
         row.number,
         row.happened_at,
         row.person,
         row.token,
         row.action,
         row.target,
         row.detail,
         row.previous,
         row.digest});
    transaction.execute(
        R"sql(
UPDATE audit_head
SET digest = $2
WHERE chain = $1)sql",
        {row.chain, row.digest});
}

store::Slice<AuditRow> list_audit(
    store::Reader& reader, std::string_view chain, const store::Page& page) {
    const store::PagedList list{.name = "audit", .owner = std::string(chain), .shape = "n"};
    const auto before = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT a.chain, a.number, a.happened_at, a.person_id, a.token_id, a.action, a.target, a.detail,
    a.previous, a.digest, p.name
FROM audit a
LEFT JOIN person p ON p.id = a.person_id
WHERE a.chain = $1
  AND (CAST($2 AS BIGINT) IS NULL OR a.number < $2)
ORDER BY a.number DESC
LIMIT $3)sql",
        {chain, before.at(0), store::rows_for(page)});
    std::vector<AuditRow> out;
    for (const auto& row : rows)
        out.push_back(read_row(row));
    return store::slice(
        std::move(out), page, list, [](const AuditRow& row) { return store::Values{row.number}; });
}

AuditVerdict verify_audit(store::Reader& reader, std::string_view chain, std::string_view noted) {
    constexpr std::int64_t rows_at_once = 1000;
    Examiner examiner(noted);
    for (;;) {
        const auto rows = reader.query(
            R"sql(
SELECT chain, number, happened_at, person_id, token_id, action, target, detail, previous, digest
FROM audit
WHERE chain = $1 AND number > $2
ORDER BY number
LIMIT $3)sql",
            {chain, examiner.last_number(), rows_at_once});
        for (const auto& row : rows)
            examiner.take(read_row(row));
        if (static_cast<std::int64_t>(rows.size()) < rows_at_once)
            break;
    }
    return examiner.finish(find_head(reader, chain));
}

}  // namespace caas::access
