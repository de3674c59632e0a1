#include "core/store/connection.h"

#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/contract/engine/engine.h"

namespace caas {
namespace {

struct Rig {
    Rig() : place(contract::make_place()), connector(place->connector()) {
        connection = connector->open_writer();
        connection->run_script(
            "CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, number BIGINT,"
            " share DOUBLE PRECISION, word TEXT, UNIQUE (number, word))");
    }

    std::int64_t put(const std::string& id, const store::Value& number = {}) const {
        return connection->execute("INSERT INTO thing (id, number) VALUES ($1, $2)", {id, number});
    }

    std::size_t count() const { return connection->query("SELECT id FROM thing", {}).size(); }

    Code code_of(std::string_view sql, const store::Values& values = {}) const {
        try {
            connection->query(sql, values);
        } catch (const Error& e) {
            return e.code();
        }
        FAIL("accepted");
        return Code::internal;
    }

    std::unique_ptr<contract::Place> place;
    std::unique_ptr<store::Connector> connector;
    std::unique_ptr<store::Connection> connection;
};

store::Row there_and_back(const Rig& rig, const store::Values& values) {
    rig.connection->execute("DELETE FROM thing", {});
    rig.connection->execute(
        "INSERT INTO thing (id, number, share, word) VALUES ('x', $1, $2, $3)", values);
    return rig.connection->query("SELECT number, share, word FROM thing", {}).at(0);
}

TEST_CASE("values come back as they went in") {
    const Rig rig;
    const auto row = there_and_back(
        rig,
        {std::numeric_limits<std::int64_t>::max(), 0.1, "it's \"q\" ; -- $1 \xf0\x9f\x98\x80"});

    CHECK(row.integer(0) == std::numeric_limits<std::int64_t>::max());
    CHECK(row.real(1) == 0.1);
    CHECK(row.text(2) == "it's \"q\" ; -- $1 \xf0\x9f\x98\x80");
}

TEST_CASE("the least number, a whole share and the empty text come back") {
    const Rig rig;
    const auto row = there_and_back(rig, {std::numeric_limits<std::int64_t>::min(), 2.0, ""});

    CHECK(row.integer(0) == std::numeric_limits<std::int64_t>::min());
    CHECK(row.real(1) == 2.0);
    CHECK_FALSE(row.is_null(2));
    CHECK(row.text(2).empty());
}

TEST_CASE("null comes back as null, for every type") {
    const Rig rig;
    const auto row = there_and_back(rig, {std::nullopt, {}, std::optional<std::string>()});

    CHECK_FALSE(row.maybe_integer(0));
    CHECK(row.is_null(1));
    CHECK_FALSE(row.maybe_text(2));
    CHECK_FALSE(row.maybe_instant(0));
    CHECK_THROWS_AS(row.integer(0), Error);
    CHECK_THROWS_AS(row.real(1), Error);
    CHECK_THROWS_AS(row.text(2), Error);
}

TEST_CASE("instants, truths and ids are bound as what they are stored as") {
    const Rig rig;
    auto row = there_and_back(rig, {from_ms(1795341600123), std::nullopt, PostId("p")});
    CHECK(row.instant(0) == from_ms(1795341600123));
    CHECK(row.maybe_instant(0) == from_ms(1795341600123));
    CHECK(row.id<PostId>(2) == PostId("p"));

    row = there_and_back(rig, {true, std::nullopt, std::nullopt});
    CHECK(row.truth(0));
    row = there_and_back(rig, {2, std::nullopt, std::nullopt});
    CHECK_THROWS_AS(row.truth(0), Error);
}

TEST_CASE("a long text comes back whole") {
    const Rig rig;
    // Not in `thing`: a column under an index holds 2,704 bytes at most on PostgreSQL.
    rig.connection->run_script("CREATE TABLE long_thing (word TEXT)");
    const std::string text(1'000'000, 'x');

    rig.connection->execute("INSERT INTO long_thing (word) VALUES ($1)", {text});

    CHECK(rig.connection->query("SELECT word FROM long_thing", {}).at(0).text(0) == text);
}

TEST_CASE("asking a column for another type is an error that names damage") {
    const Rig rig;
    const auto row = there_and_back(rig, {7, 0.5, "abc"});

    for (const auto& wrong : std::vector<std::function<void()>>{
             [&] { row.integer(2); },
             [&] { row.integer(1); },
             [&] { row.text(0); },
             [&] { row.real(2); }}) {
        try {
            wrong();
            FAIL("accepted");
        } catch (const Error& e) {
            CHECK(e.code() == Code::storage_corrupt);
        }
    }
    CHECK_THROWS_AS(row.integer(3), Error);
}

TEST_CASE("a statement that changes rows says how many") {
    const Rig rig;
    rig.put("a", 1);
    rig.put("b", 2);

    CHECK(rig.connection->execute("UPDATE thing SET word = 'x'", {}) == 2);
    CHECK(rig.connection->execute("UPDATE thing SET word = 'x' WHERE id = 'none'", {}) == 0);
    CHECK(rig.connection->execute("DELETE FROM thing WHERE id = $1", {"a"}) == 1);
}

TEST_CASE("a broken rule has a code of its own and does not spoil the connection") {
    const Rig rig;
    rig.put("a", 1);

    CHECK(rig.code_of("INSERT INTO thing (id) VALUES ('a')") == Code::conflict);
    CHECK(rig.code_of("INSERT INTO thing (id) VALUES (NULL)") == Code::internal);
    rig.put("b", 2);
    CHECK(rig.count() == 2);
}

TEST_CASE("no message shows a statement") {
    const Rig rig;
    rig.put("a", 1);
    for (const auto* sql :
         {"SELECT nonsense FROM thing", "SELEKT id", "INSERT INTO thing (id) VALUES ('a')"}) {
        try {
            rig.connection->query(sql, {});
            FAIL("accepted");
        } catch (const Error& e) {
            const std::string message = e.what();
            CHECK(message.find("thing") == std::string::npos);
            CHECK(message.find("SELE") == std::string::npos);
        }
    }
}

TEST_CASE("a statement and its values must fit each other") {
    const Rig rig;
    CHECK(rig.code_of("SELECT CAST($1 AS TEXT)") == Code::internal);
    CHECK(rig.code_of("SELECT 1", {1}) == Code::internal);
    CHECK(rig.code_of("SELECT CAST($2 AS TEXT)", {1}) == Code::internal);
}

TEST_CASE("only one statement is run at a time") {
    const Rig rig;
    CHECK(rig.code_of("SELECT 1; DELETE FROM thing") == Code::internal);
    CHECK(rig.code_of("  ") == Code::internal);
    CHECK(rig.connection->query("SELECT 1;\n", {}).size() == 1);
}

TEST_CASE("a script runs every statement") {
    const Rig rig;
    rig.connection->run_script(
        "CREATE TABLE one (id TEXT); CREATE TABLE two (id TEXT);\nINSERT INTO two VALUES ('x');");

    CHECK(rig.connection->has_table("one"));
    CHECK(rig.connection->query("SELECT id FROM two", {}).size() == 1);
    CHECK_FALSE(rig.connection->has_table("three"));
}

TEST_CASE("a statement is used again with other values, also after it failed") {
    const Rig rig;
    CHECK(rig.put("a", 1) == 1);
    CHECK_THROWS_AS(rig.put("a", 2), Error);
    CHECK(rig.put("b") == 1);
    CHECK(rig.connection->query("SELECT number FROM thing WHERE id = 'b'", {}).at(0).is_null(0));
}

TEST_CASE("what was rolled back never was") {
    const Rig rig;
    rig.connection->begin();
    rig.put("a");
    rig.connection->rollback();
    CHECK(rig.count() == 0);

    rig.connection->begin();
    rig.put("a");
    rig.connection->commit();
    CHECK(rig.count() == 1);
}

TEST_CASE("rolling back nothing is harmless") {
    const Rig rig;
    CHECK_NOTHROW(rig.connection->rollback());
    CHECK_NOTHROW(rig.connection->rollback());
}

TEST_CASE("a savepoint takes back what came after it, and only that") {
    const Rig rig;
    rig.connection->begin();
    rig.put("a");
    rig.connection->begin_savepoint();
    rig.put("b");
    rig.connection->begin_savepoint();
    rig.put("c");
    rig.connection->rollback_savepoint();
    rig.put("d");
    rig.connection->release_savepoint();
    rig.connection->begin_savepoint();
    rig.put("e");
    rig.connection->rollback_savepoint();
    rig.connection->commit();

    std::string ids;
    for (const auto& row : rig.connection->query("SELECT id FROM thing ORDER BY id", {}))
        ids += row.text(0);
    CHECK(ids == "abd");
}

TEST_CASE("a savepoint that failed in the middle can be taken back and the rest committed") {
    const Rig rig;
    rig.connection->begin();
    rig.put("a");
    rig.connection->begin_savepoint();
    CHECK_THROWS_AS(rig.put("a"), Error);
    rig.connection->rollback_savepoint();
    rig.put("b");
    rig.connection->commit();

    CHECK(rig.count() == 2);
}

TEST_CASE("a reader sees one state until it lets go") {
    const Rig rig;
    rig.put("a");
    const auto reader = rig.connector->open_reader();
    REQUIRE(reader != nullptr);

    reader->begin_read();
    CHECK(reader->query("SELECT id FROM thing", {}).size() == 1);
    rig.put("b");
    CHECK(reader->query("SELECT id FROM thing", {}).size() == 1);
    reader->rollback();
    CHECK(reader->query("SELECT id FROM thing", {}).size() == 2);
}

TEST_CASE("a reader does not see what is not committed") {
    const Rig rig;
    const auto reader = rig.connector->open_reader();
    rig.connection->begin();
    rig.put("a");

    CHECK(reader->query("SELECT id FROM thing", {}).empty());
    rig.connection->commit();
    CHECK(reader->query("SELECT id FROM thing", {}).size() == 1);
}

TEST_CASE("a reader cannot write") {
    const Rig rig;
    const auto reader = rig.connector->open_reader();
    CHECK_THROWS_AS(reader->execute("INSERT INTO thing (id) VALUES ('a')", {}), Error);
}

}  // namespace
}  // namespace caas
