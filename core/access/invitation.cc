#include "core/access/invitation.h"

#include "core/access/identity.h"
#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/store/fragment.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

constexpr auto lifetime = std::chrono::hours(24 * 7);
constexpr std::string_view mark = "caasi_";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t most_shown_bytes = 256;

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT id FROM invitation
WHERE organization_id = $1 AND id >= $2 AND id < $3
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM invitation
WHERE organization_id = $1 AND id LIKE $2
ORDER BY id
LIMIT 5)sql"};

Invitation read_invitation(const store::Row& row) {
    const auto role = role_of(row.text(3));
    if (!role)
        throw Error(Code::storage_corrupt, "The database holds a role that does not exist");
    Invitation out;
    out.id = row.id<InvitationId>(0);
    out.organization = row.id<OrganizationId>(1);
    out.email = row.text(2);
    out.role = *role;
    if (const auto by = row.maybe_text(4))
        out.invited_by = PersonId(*by);
    out.created_at = row.instant(5);
    out.expires_at = row.instant(6);
    out.accepted_at = row.maybe_instant(7);
    if (const auto by = row.maybe_text(8))
        out.accepted_by = PersonId(*by);
    out.revoked_at = row.maybe_instant(9);
    return out;
}

std::optional<Invitation> first_of(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read_invitation(rows.front()));
}

std::optional<Invitation> find_by_id(
    store::Reader& reader, const OrganizationId& organization, const std::string& id) {
    return first_of(reader.query(
        R"sql(
SELECT id, organization_id, email, role, invited_by, created_at, expires_at, accepted_at,
    accepted_by, revoked_at
FROM invitation
WHERE organization_id = $1 AND id = $2)sql",
        {organization, id}));
}

std::optional<Invitation> find_open(
    store::Reader& reader, const OrganizationId& organization, const std::string& email) {
    return first_of(reader.query(
        R"sql(
SELECT id, organization_id, email, role, invited_by, created_at, expires_at, accepted_at,
    accepted_by, revoked_at
FROM invitation
WHERE organization_id = $1 AND email = $2 AND accepted_at IS NULL AND revoked_at IS NULL)sql",
        {organization, email}));
}

void require_stranger(
    store::Reader& reader, const OrganizationId& organization, const std::string& email) {
    const auto rows = reader.query(
        R"sql(
SELECT p.id FROM member m
JOIN person p ON p.id = m.person_id
WHERE m.organization_id = $1 AND p.email = $2)sql",
        {organization, email});
    if (!rows.empty())
        throw Error(
            Code::conflict,
            email + " is a member already",
            "to change what they may do: caas member role " + email + " ROLE");
}

}  // namespace

std::string_view state_of(const Invitation& invitation, Instant now) {
    if (invitation.accepted_at)
        return "accepted";
    if (invitation.revoked_at)
        return "revoked";
    return invitation.expires_at <= now ? "expired" : "pending";
}

Invited create_invitation(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    const OrganizationId& organization,
    const PersonId& by,
    std::string_view email,
    Role role) {
    const auto address = checked_email(email);
    lock_organization(transaction, organization);
    require_stranger(transaction, organization, address);
    if (const auto open = find_open(transaction, organization, address))
        revoke_invitation(transaction, organization, open->id, now);
    Invited made;
    made.text = Secret(std::string(mark) + to_base64url(random.bytes(random_bytes)));
    auto& invitation = made.invitation;
    invitation.id = ids.make<InvitationId>();
    invitation.organization = organization;
    invitation.email = address;
    invitation.role = role;
    invitation.invited_by = by;
    invitation.created_at = now;
    invitation.expires_at = now + lifetime;
    transaction.execute(
        R"sql(
INSERT INTO invitation (id, organization_id, email, role, digest, invited_by, created_at,
    expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql",
        {invitation.id,
         organization,
         address,
         name(role),
         sha256_hex(made.text.reveal()),
         by,
         now,
         invitation.expires_at});
    return made;
}

void revoke_invitations_by(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const PersonId& person,
    Instant now) {
    transaction.execute(
        R"sql(
UPDATE invitation
SET revoked_at = $3
WHERE organization_id = $1 AND invited_by = $2 AND accepted_at IS NULL
  AND revoked_at IS NULL)sql",
        {organization, person, now});
}

store::Slice<Invitation> list_invitations(
    store::Reader& reader, const OrganizationId& organization, const store::Page& page) {
    const store::PagedList list{.name = "invitations", .owner = organization.text(), .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT id, organization_id, email, role, invited_by, created_at, expires_at, accepted_at,
    accepted_by, revoked_at
FROM invitation
WHERE organization_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR id < $2)
ORDER BY id DESC
LIMIT $3)sql",
        {organization, after.at(0), store::rows_for(page)});
    std::vector<Invitation> out;
    for (const auto& row : rows)
        out.push_back(read_invitation(row));
    return store::slice(std::move(out), page, list, [](const Invitation& invitation) {
        return store::Values{invitation.id};
    });
}

Invitation get_invitation(
    store::Reader& reader, const OrganizationId& organization, std::string_view who) {
    if (who.find('@') != std::string_view::npos) {
        if (auto open = find_open(reader, organization, checked_email(who)))
            return *std::move(open);
    }
    const auto id = store::find_by_fragment(reader, by_fragment, organization, who, "invitation");
    auto found = id ? find_by_id(reader, organization, *id) : std::nullopt;
    if (!found)
        throw Error(
            Code::not_found,
            "There is no invitation " + text::repaired(who.substr(0, 64)),
            "list them with: caas member list --invitations");
    return *std::move(found);
}

Invitation revoke_invitation(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const InvitationId& id,
    Instant now) {
    auto revoked = first_of(transaction.query(
        R"sql(
UPDATE invitation
SET revoked_at = COALESCE(revoked_at, $3)
WHERE organization_id = $1 AND id = $2 AND accepted_at IS NULL
RETURNING id, organization_id, email, role, invited_by, created_at, expires_at, accepted_at,
    accepted_by, revoked_at)sql",
        {organization, id, now}));
    if (!revoked)
        throw Error(
            Code::conflict,
            "The invitation was accepted already",
            "to take the member out again: caas member remove MEMBER");
    return *std::move(revoked);
}

std::optional<Invitation> find_invitation(
    store::Reader& reader, std::string_view text, Instant now) {
    // Across tenants: the text itself tells whose it is.
    auto found = first_of(reader.query(
        R"sql(
SELECT i.id, i.organization_id, i.email, i.role, i.invited_by, i.created_at, i.expires_at,
    i.accepted_at, i.accepted_by, i.revoked_at
FROM invitation i
JOIN organization o ON o.id = i.organization_id
WHERE i.digest = $1 AND o.disabled_at IS NULL)sql",
        {sha256_hex(text.substr(0, most_shown_bytes))}));
    if (!found || state_of(*found, now) != "pending")
        return std::nullopt;
    return found;
}

Invitation accept_invitation(
    store::Transaction& transaction, std::string_view text, const PersonId& person, Instant now) {
    auto found = find_invitation(transaction, text, now);
    if (!found)
        throw Error(
            Code::not_found,
            "This invitation is not good: it was used, revoked, or is older than seven days",
            "ask for another one");
    const auto who = find_person(transaction, person);
    // Who has no address acts on the machine itself.
    if (!who || (who->email && *who->email != found->email))
        throw Error(
            Code::forbidden,
            "This invitation is for another e-mail address than yours",
            "sign in with the address it was sent to, or ask for one to yours");
    lock_organization(transaction, found->organization);
    const auto count = transaction.execute(
        R"sql(
UPDATE invitation
SET accepted_at = $2, accepted_by = $3
WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL)sql",
        {found->id, now, person});
    if (count == 0)
        throw Error(
            Code::not_found, "This invitation was used in this moment", "ask for another one");
    const auto role = role_in(transaction, found->organization, person);
    if (!role || *role > found->role)
        set_member(transaction, now, found->organization, person, found->role);
    found->accepted_at = now;
    found->accepted_by = person;
    return *std::move(found);
}

}  // namespace caas::access
