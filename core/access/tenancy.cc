#include "core/access/tenancy.h"

#include "core/access/name.h"
#include "core/base/error.h"

namespace caas::access {
namespace {

Person read_person(const store::Row& row) {
    return {
        row.id<PersonId>(0),
        row.maybe_text(1),
        row.text(2),
        row.instant(3),
        row.maybe_instant(4),
        row.truth(5)};
}

bool is_slug_taken(store::Reader& reader, const std::string& slug) {
    return !reader
                .query(
                    R"sql(
SELECT id FROM organization
WHERE slug = $1)sql",
                    {slug})
                .empty();
}

// `slug`, or the first of slug-2, slug-3 … that is free.
std::string free_slug(store::Reader& reader, const std::string& slug, const OrganizationId& id) {
    constexpr int most_tries = 50;
    if (!is_slug_taken(reader, slug))
        return slug;
    for (int number = 2; number < most_tries; ++number) {
        auto candidate = slug + "-" + std::to_string(number);
        if (!is_slug_taken(reader, candidate))
            return candidate;
    }
    return slug + "-" + id.text();
}

}  // namespace

std::string slug_of(std::string_view name) {
    constexpr std::size_t most_bytes = 40;
    std::string slug;
    for (const char c : name) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || is_upper)
            slug += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
        if (slug.size() == most_bytes)
            break;
    }
    while (!slug.empty() && slug.back() == '-')
        slug.pop_back();
    return slug.empty() || is_uuid(slug) ? "team" : slug;
}

Person create_person(
    store::Transaction& transaction,
    IdMaker& ids,
    Instant now,
    std::string_view name,
    const std::optional<std::string>& email) {
    check_name(name, "The name of a person");
    Person person{ids.make<PersonId>(), email, std::string(name), now, std::nullopt, false};
    transaction.execute(
        R"sql(
INSERT INTO person (id, email, name, created_at)
VALUES ($1, $2, $3, $4))sql",
        {person.id, person.email, person.name, now});
    return person;
}

Organization create_organization(
    store::Transaction& transaction, IdMaker& ids, Instant now, std::string_view name) {
    check_name(name, "The name of an organization");
    const auto id = ids.make<OrganizationId>();
    Organization organization{
        id, std::string(name), free_slug(transaction, slug_of(name), id), now, std::nullopt};
    transaction.execute(
        R"sql(
INSERT INTO organization (id, name, slug, created_at)
VALUES ($1, $2, $3, $4))sql",
        {organization.id, organization.name, organization.slug, now});
    return organization;
}

std::optional<Person> find_person(store::Reader& reader, const PersonId& id) {
    const auto rows = reader.query(
        R"sql(
SELECT id, email, name, created_at, disabled_at, is_installation_owner FROM person
WHERE id = $1)sql",
        {id});
    return rows.empty() ? std::nullopt : std::optional(read_person(rows.front()));
}

}  // namespace caas::access
