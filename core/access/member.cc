#include "core/access/member.h"

#include "core/access/invitation.h"
#include "core/base/error.h"
#include "core/store/fragment.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT person_id FROM member
WHERE organization_id = $1 AND person_id >= $2 AND person_id < $3
ORDER BY person_id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT person_id FROM member
WHERE organization_id = $1 AND person_id LIKE $2
ORDER BY person_id
LIMIT 5)sql"};

// What read_member reads.
constexpr std::string_view member_columns = R"sql(
SELECT p.id, p.email, p.name, p.created_at, p.disabled_at, p.is_installation_owner, m.role,
    m.created_at
FROM member m
JOIN person p ON p.id = m.person_id)sql";

Role read_role(const std::string& text) {
    const auto role = role_of(text);
    if (!role)
        throw Error(Code::storage_corrupt, "The database holds a role that does not exist");
    return *role;
}

Member read_member(const store::Row& row) {
    return {
        {row.id<PersonId>(0),
         row.maybe_text(1),
         row.text(2),
         row.instant(3),
         row.maybe_instant(4),
         row.truth(5)},
        read_role(row.text(6)),
        row.instant(7)};
}

Error no_member(std::string_view who) {
    return {
        Code::not_found,
        "There is no member " + text::repaired(who.substr(0, 64)),
        "list them with: caas member list"};
}

// Their ids. People choose their names: one that looks like an address is not taken for it.
store::Rows members_called(
    store::Reader& reader, const OrganizationId& organization, std::string_view who) {
    const bool is_address = who.find('@') != std::string_view::npos;
    return reader.query(
        is_address ? R"sql(
SELECT p.id FROM member m
JOIN person p ON p.id = m.person_id
WHERE m.organization_id = $1 AND p.email = lower($2))sql"
                   : R"sql(
SELECT p.id FROM member m
JOIN person p ON p.id = m.person_id
WHERE m.organization_id = $1 AND p.name = $2
ORDER BY p.id
LIMIT 5)sql",
        {organization, who});
}

void require_other_owner(
    store::Reader& reader, const OrganizationId& organization, const PersonId& person) {
    const auto rows = reader.query(
        R"sql(
SELECT m.person_id FROM member m
JOIN person p ON p.id = m.person_id
WHERE m.organization_id = $1 AND m.role = 'owner' AND m.person_id <> $2 AND p.disabled_at IS NULL
LIMIT 1)sql",
        {organization, person});
    if (rows.empty())
        throw Error(
            Code::conflict,
            "An organization needs an owner, and this is the last one",
            "make another member owner first: caas org transfer MEMBER");
}

}  // namespace

void set_member(
    store::Transaction& transaction,
    Instant now,
    const OrganizationId& organization,
    const PersonId& person,
    Role role) {
    transaction.execute(
        R"sql(
INSERT INTO member (organization_id, person_id, role, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (organization_id, person_id) DO UPDATE SET role = $3)sql",
        {organization, person, name(role), now});
}

std::optional<Role> role_in(
    store::Reader& reader, const OrganizationId& organization, const PersonId& person) {
    const auto rows = reader.query(
        R"sql(
SELECT role FROM member
WHERE organization_id = $1 AND person_id = $2)sql",
        {organization, person});
    return rows.empty() ? std::nullopt : std::optional(read_role(rows.front().text(0)));
}

std::vector<Member> list_members(store::Reader& reader, const OrganizationId& organization) {
    static const auto sql = std::string(member_columns) + R"sql(
WHERE m.organization_id = $1
ORDER BY p.id)sql";
    std::vector<Member> members;
    const auto rows = reader.query(sql, {organization});
    for (const auto& row : rows)
        members.push_back(read_member(row));
    return members;
}

store::Slice<Member> list_members(
    store::Reader& reader, const OrganizationId& organization, const store::Page& page) {
    const store::PagedList list{.name = "members", .owner = organization.text(), .shape = "ni"};
    const auto after = store::decode_cursor(page.cursor, list);
    static const auto sql = std::string(member_columns) + R"sql(
WHERE m.organization_id = $1
  AND (CAST($2 AS BIGINT) IS NULL OR (m.created_at, m.person_id) > ($2, $3))
ORDER BY m.created_at, m.person_id
LIMIT $4)sql";
    const auto rows =
        reader.query(sql, {organization, after.at(0), after.at(1), store::rows_for(page)});
    std::vector<Member> members;
    for (const auto& row : rows)
        members.push_back(read_member(row));
    return store::slice(std::move(members), page, list, [](const Member& member) {
        return store::Values{to_ms(member.created_at), member.person.id};
    });
}

Member get_member(store::Reader& reader, const OrganizationId& organization, std::string_view who) {
    const auto id = store::find_by_id_or_name(
        reader,
        by_fragment,
        organization,
        who,
        members_called(reader, organization, who),
        "member",
        "Write the whole id of the one that is meant, or the e-mail address.");
    if (!id)
        throw no_member(who);
    static const auto sql = std::string(member_columns) + R"sql(
WHERE m.organization_id = $1 AND p.id = $2)sql";
    const auto rows = reader.query(sql, {organization, *id});
    if (rows.empty())
        throw no_member(who);
    return read_member(rows.front());
}

void require_reach(const Principal& by, Role role) {
    if (role < by.role)
        throw Error(
            Code::forbidden,
            "Your role is `" + std::string(name(by.role)) + "`, which is below `" +
                std::string(name(role)) + "`",
            "ask an owner of the organization");
}

void change_role(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const Member& member,
    Role role,
    Instant now) {
    if (member.role == Role::owner && role != Role::owner)
        require_other_owner(transaction, organization, member.person.id);
    transaction.execute(
        R"sql(
UPDATE member
SET role = $3
WHERE organization_id = $1 AND person_id = $2)sql",
        {organization, member.person.id, name(role)});
    if (role > member.role)
        revoke_invitations_by(transaction, organization, member.person.id, now);
}

void remove_member(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const Member& member,
    Instant now) {
    if (member.role == Role::owner)
        require_other_owner(transaction, organization, member.person.id);
    revoke_invitations_by(transaction, organization, member.person.id, now);
    // Should they ever come back, their old tokens do not.
    transaction.execute(
        R"sql(
UPDATE token
SET revoked_at = COALESCE(revoked_at, $3)
WHERE organization_id = $1 AND person_id = $2)sql",
        {organization, member.person.id, now});
    transaction.execute(
        R"sql(
DELETE FROM member
WHERE organization_id = $1 AND person_id = $2)sql",
        {organization, member.person.id});
}

}  // namespace caas::access
