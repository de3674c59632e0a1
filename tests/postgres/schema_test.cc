#include <doctest/doctest.h>

#include "core/store/connection.h"
#include "tests/fake/database.h"

// That tests which share a server do not see each other.

namespace caas {
namespace {

using Kind = fake::PostgresSchema::Kind;

std::int64_t count(const fake::PostgresSchema& schema) {
    const auto reader = schema.connector()->open_reader();
    return reader->query("SELECT count(*) FROM organization", {}).at(0).integer(0);
}

std::size_t columns(const fake::PostgresSchema& schema) {
    const auto reader = schema.connector()->open_reader();
    return reader
        ->query(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'organization'"
            " AND table_schema = current_schema()",
            {})
        .size();
}

std::string name_of(const fake::PostgresSchema& schema) {
    return schema.connector()->open_reader()->query("SELECT current_schema()", {}).at(0).text(0);
}

void run(const fake::PostgresSchema& schema, std::string_view script) {
    schema.connector()->open_writer()->run_script(script);
}

TEST_CASE("a schema is used again, without the rows of who had it before") {
    std::string name;
    {
        const fake::PostgresSchema schema(Kind::migrated);
        name = name_of(schema);
        run(schema,
            "INSERT INTO organization (id, name, slug, created_at) VALUES ('a', 'A', 'a', 0)");
        CHECK(count(schema) == 1);
    }
    const fake::PostgresSchema schema(Kind::migrated);
    CHECK(name_of(schema) == name);
    CHECK(count(schema) == 0);
    const fake::PostgresSchema another(Kind::migrated);
    CHECK(name_of(another) != name);
}

TEST_CASE("a schema in which more than rows was changed is not used again") {
    std::string name;
    std::size_t before = 0;
    {
        const fake::PostgresSchema schema(Kind::migrated);
        name = name_of(schema);
        before = columns(schema);
        run(schema, "ALTER TABLE organization ADD COLUMN odd TEXT");
        REQUIRE(columns(schema) == before + 1);
    }
    const fake::PostgresSchema schema(Kind::migrated);
    CHECK(name_of(schema) != name);
    CHECK(columns(schema) == before);
}

}  // namespace
}  // namespace caas
