#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/contract/engine/engine.h"

// Every line of the house rules' table of what both engines understand alike.

namespace caas {
namespace {

// A connection with a table of three rows; (1, a), (2, b), (3, NULL).
struct Rig {
    Rig() : place(contract::make_place()), connector(place->connector()) {
        connection = connector->open_writer();
        connection->run_script(R"sql(
CREATE TABLE thing (id TEXT PRIMARY KEY, rank BIGINT NOT NULL, word TEXT, share DOUBLE PRECISION,
    is_on BIGINT NOT NULL CHECK (is_on IN (0, 1)));
INSERT INTO thing VALUES ('a', 1, 'Apple', 0.5, 1), ('b', 2, 'berry', 1.5, 0), ('c', 3, NULL, NULL, 1);
)sql");
    }

    store::Rows ask(std::string_view sql, const store::Values& values = {}) const {
        return connection->query(sql, values);
    }

    // The first column of all rows, joined by commas.
    std::string column(std::string_view sql, const store::Values& values = {}) const {
        std::string out;
        for (const auto& row : ask(sql, values))
            out += (out.empty() ? "" : ",") + row.maybe_text(0).value_or("null");
        return out;
    }

    std::unique_ptr<contract::Place> place;
    std::unique_ptr<store::Connector> connector;
    std::unique_ptr<store::Connection> connection;
};

TEST_CASE("parameters are bound by their number, wherever they stand") {
    const Rig rig;
    const auto rows =
        rig.ask("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)", {"one", "two"});

    CHECK(rows.at(0).text(0) == "two");
    CHECK(rows.at(0).text(1) == "one");
    CHECK(rows.at(0).text(2) == "two");
}

TEST_CASE("twelve parameters keep their order") {
    const Rig rig;
    const auto rows = rig.ask(
        "SELECT CAST($12 AS BIGINT), CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), "
        "CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), "
        "CAST($8 AS BIGINT), CAST($9 AS BIGINT), CAST($10 AS BIGINT), CAST($11 AS BIGINT)",
        {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

    CHECK(rows.at(0).integer(0) == 12);
    CHECK(rows.at(0).integer(1) == 1);
    CHECK(rows.at(0).integer(11) == 11);
}

TEST_CASE("an optional condition is a cast parameter that may be null") {
    const Rig rig;
    const auto* sql =
        "SELECT id FROM thing WHERE (CAST($1 AS BIGINT) IS NULL OR rank > $1) ORDER BY id";

    CHECK(rig.column(sql, {std::nullopt}) == "a,b,c");
    CHECK(rig.column(sql, {1}) == "b,c");
}

TEST_CASE("insert or update gives back the row") {
    const Rig rig;
    const auto* sql = R"sql(
INSERT INTO thing (id, rank, word, is_on)
VALUES ($1, $2, $3, 1)
ON CONFLICT (id) DO UPDATE SET word = excluded.word, rank = thing.rank + 10
RETURNING rank, word)sql";

    CHECK(rig.ask(sql, {"d", 4, "new"}).at(0).integer(0) == 4);
    const auto again = rig.ask(sql, {"a", 9, "changed"});
    CHECK(again.at(0).integer(0) == 11);
    CHECK(again.at(0).text(1) == "changed");
}

TEST_CASE("insert that yields to what is there returns nothing") {
    const Rig rig;
    CHECK(rig.ask(
                 "INSERT INTO thing (id, rank, is_on) VALUES ($1, 1, 1) "
                 "ON CONFLICT DO NOTHING RETURNING id",
                 {"a"})
              .empty());
}

TEST_CASE("the larger of two is a case") {
    const Rig rig;
    CHECK(
        rig.ask(
               "SELECT CASE WHEN CAST($1 AS BIGINT) > CAST($2 AS BIGINT) THEN CAST($1 AS BIGINT) "
               "ELSE CAST($2 AS BIGINT) END",
               {3, 7})
            .at(0)
            .integer(0) == 7);
}

TEST_CASE("like looks past the case of ASCII only where both sides are lowered") {
    const Rig rig;
    const auto* sql = R"(SELECT id FROM thing WHERE lower(word) LIKE lower($1) ESCAPE '\')";

    CHECK(rig.column(sql, {"APP%"}) == "a");
    CHECK(rig.column(sql, {R"(app\%)"}).empty());
}

TEST_CASE("null compares as a value where it is asked to") {
    const Rig rig;
    const auto* sql = "SELECT id FROM thing WHERE word IS NOT DISTINCT FROM $1";

    CHECK(rig.column(sql, {std::nullopt}) == "c");
    CHECK(rig.column(sql, {"berry"}) == "b");
}

TEST_CASE("nulls go where they are told") {
    const Rig rig;
    CHECK(rig.column("SELECT id FROM thing ORDER BY share DESC NULLS LAST") == "b,a,c");
    CHECK(rig.column("SELECT id FROM thing ORDER BY share NULLS FIRST") == "c,a,b");
}

TEST_CASE("a partial unique index binds only its rows") {
    const Rig rig;
    rig.connection->run_script("CREATE UNIQUE INDEX thing_on ON thing (is_on) WHERE rank > 10");
    const auto* sql = "INSERT INTO thing (id, rank, is_on) VALUES ($1, $2, 1)";

    CHECK(rig.connection->execute(sql, {"d", 5}) == 1);
    CHECK(rig.connection->execute(sql, {"e", 11}) == 1);
    CHECK_THROWS_AS(rig.connection->execute(sql, {"f", 12}), Error);
}

TEST_CASE("windows, aggregates with filters and common tables work") {
    const Rig rig;
    CHECK(
        rig.column("SELECT id FROM (SELECT id, row_number() OVER (ORDER BY rank DESC) AS place "
                   "FROM thing) AS t WHERE place = 1") == "c");
    const auto rows = rig.ask(
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE is_on = 1), COALESCE(SUM(rank), 0) FROM thing");
    CHECK(rows.at(0).integer(0) == 3);
    CHECK(rows.at(0).integer(1) == 2);
    CHECK(rows.at(0).integer(2) == 6);
    CHECK(
        rig.column("WITH few AS (SELECT id FROM thing WHERE rank < 3) "
                   "SELECT id FROM few ORDER BY id") == "a,b");
}

TEST_CASE("an update may take its values from another table and give them back") {
    const Rig rig;
    rig.connection->run_script(
        "CREATE TABLE other (id TEXT PRIMARY KEY, word TEXT NOT NULL);"
        "INSERT INTO other VALUES ('a', 'from other')");

    const auto rows = rig.ask(
        "UPDATE thing SET word = other.word FROM other WHERE other.id = thing.id "
        "RETURNING thing.id, thing.word");

    REQUIRE(rows.size() == 1);
    CHECK(rows[0].text(1) == "from other");
}

TEST_CASE("an insert may depend on what is not there") {
    const Rig rig;
    const auto* sql = R"sql(
INSERT INTO thing (id, rank, is_on)
SELECT CAST($1 AS TEXT), 1, 1
WHERE NOT EXISTS (SELECT 1 FROM thing WHERE id = $1))sql";

    CHECK(rig.connection->execute(sql, {"a"}) == 0);
    CHECK(rig.connection->execute(sql, {"z"}) == 1);
}

TEST_CASE("rows are compared as wholes for paging") {
    const Rig rig;
    CHECK(
        rig.column(
            "SELECT id FROM thing WHERE (rank, id) > ($1, $2) ORDER BY rank, id LIMIT $3",
            {1, "a", 1}) == "b");
    CHECK(rig.column("SELECT id FROM thing ORDER BY id LIMIT 1 OFFSET 2") == "c");
}

TEST_CASE("whole numbers divide to whole numbers") {
    const Rig rig;
    CHECK(rig.ask("SELECT CAST($1 AS BIGINT) / 2", {7}).at(0).integer(0) == 3);
    CHECK(rig.ask("SELECT CAST($1 AS BIGINT) / 2", {-7}).at(0).integer(0) == -3);
}

TEST_CASE("a comparison becomes 0 or 1 in a case") {
    const Rig rig;
    CHECK(rig.ask("SELECT CASE WHEN rank > 1 THEN 1 ELSE 0 END FROM thing ORDER BY id")
              .at(1)
              .truth(0));
}

TEST_CASE("work is claimed once and given back by the same statement") {
    const Rig rig;
    const auto* sql = R"sql(
UPDATE thing
SET is_on = 0
WHERE id IN (SELECT id FROM thing WHERE is_on = 1 AND rank <= $1 ORDER BY rank, id LIMIT $2)
  AND is_on = 1
RETURNING id)sql";

    CHECK(rig.column(sql, {9, 1}) == "a");
    CHECK(rig.column(sql, {9, 5}) == "c");
    CHECK(rig.column(sql, {9, 5}).empty());
}

TEST_CASE("texts are ordered by their bytes") {
    const Rig rig;
    rig.connection->run_script("DELETE FROM thing");
    for (const auto* id : {"b", "B", "a", "\xc3\xa4", "0", "_"})
        rig.connection->execute("INSERT INTO thing (id, rank, is_on) VALUES ($1, 1, 1)", {id});

    CHECK(rig.column("SELECT id FROM thing ORDER BY id") == "0,B,_,a,b,\xc3\xa4");
}

TEST_CASE("columns can be added, renamed and dropped") {
    const Rig rig;
    rig.connection->run_script(
        "ALTER TABLE thing ADD COLUMN more TEXT;"
        "ALTER TABLE thing RENAME COLUMN more TO rest;"
        "UPDATE thing SET rest = 'x';"
        "ALTER TABLE thing DROP COLUMN share");

    CHECK(rig.column("SELECT rest FROM thing WHERE id = 'a'") == "x");
    CHECK_THROWS_AS(rig.ask("SELECT share FROM thing"), Error);
}

TEST_CASE("keys of other tables are kept, followed and cleared as declared") {
    const Rig rig;
    rig.connection->run_script(
        "CREATE TABLE child (id TEXT PRIMARY KEY,"
        " owner TEXT NOT NULL REFERENCES thing (id) ON DELETE CASCADE);"
        "CREATE TABLE friend (id TEXT PRIMARY KEY, of TEXT REFERENCES thing (id) ON DELETE SET "
        "NULL);"
        "CREATE TABLE lock (id TEXT PRIMARY KEY, on_thing TEXT NOT NULL REFERENCES thing (id));"
        "INSERT INTO child VALUES ('1', 'a'); INSERT INTO friend VALUES ('1', 'a');"
        "INSERT INTO lock VALUES ('1', 'b')");

    CHECK_THROWS_AS(rig.ask("INSERT INTO child VALUES ('2', 'nobody')"), Error);
    CHECK_THROWS_AS(rig.ask("DELETE FROM thing WHERE id = 'b'"), Error);
    rig.ask("DELETE FROM thing WHERE id = 'a'");
    CHECK(rig.ask("SELECT id FROM child").empty());
    CHECK(rig.ask("SELECT of FROM friend").at(0).is_null(0));
}

TEST_CASE("a quoted word is a name and never a text") {
    const Rig rig;
    CHECK_THROWS_AS(rig.ask("SELECT id FROM thing WHERE word = \"Apple\""), Error);
}

}  // namespace
}  // namespace caas
