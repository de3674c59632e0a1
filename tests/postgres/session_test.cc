// What only PostgreSQL can do to us: sessions that break, commits whose answer is lost, addresses
// that are wrong, and types that are guessed.
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/postgres.h"
#include "core/store/postgres_faults.h"
#include "core/store/postgres_set.h"
#include "core/store/store.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/watched_store.h"
#include "tests/postgres/proxy.h"

namespace caas {
namespace {

std::filesystem::path server_folder() {
    return std::getenv("CAAS_TEST_POSTGRES_FOLDER");
}

std::string server_port() {
    auto text = read_file(server_folder() / "port", 100);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    return text;
}

// How opening an address fails.
Error failure_of(const std::string& url) {
    try {
        store::postgres(Secret(url))->open_writer();
    } catch (const Error& e) {
        return e;
    }
    throw std::logic_error("it opened");
}

struct Rig {
    Rig() : connector(schema.connector()), connection(connector->open_writer()) {
        connection->run_script(
            "CREATE TABLE thing (id TEXT PRIMARY KEY, number BIGINT, word TEXT)");
    }

    std::int64_t count() const {
        return connector->open_reader()->query("SELECT count(*) FROM thing", {}).at(0).integer(0);
    }

    // Ends every other session of this database.
    static void end_sessions() {
        const auto other =
            store::postgres(Secret(std::getenv("CAAS_TEST_POSTGRES")))->open_writer();
        other->query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            {});
    }

    fake::PostgresSchema schema;
    std::unique_ptr<store::Connector> connector;
    std::unique_ptr<store::Connection> connection;
};

Code code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& e) {
        return e.code();
    }
    FAIL("nothing was thrown");
    return Code::internal;
}

TEST_CASE("an address that is none is refused without showing it") {
    const auto error = failure_of("postgresql://caas:hunter2@[::1/x?nonsense=1");
    CHECK(error.code() == Code::invalid);
    CHECK((error.what() + error.hint()).find("hunter2") == std::string::npos);
}

TEST_CASE("a wrong password is named as what it is, and not shown") {
    const auto error = failure_of("postgresql://caas:hunter2@127.0.0.1:" + server_port() + "/caas");
    CHECK(error.code() == Code::forbidden);
    CHECK(std::string(error.what()).find("password") != std::string::npos);
    CHECK((error.what() + error.hint()).find("hunter2") == std::string::npos);
}

TEST_CASE("a database that is not there, a server that is not there, a host that is not there") {
    const auto database = failure_of(
        "postgresql://caas@/none?host=" + server_folder().string() + "&port=" + server_port());
    CHECK(database.code() == Code::not_found);
    CHECK(std::string(database.what()).find("none") != std::string::npos);
    CHECK(failure_of("postgresql://caas@127.0.0.1:1/caas").code() == Code::unavailable);
    CHECK(failure_of("postgresql://caas@no.such.host.invalid/caas").code() == Code::unavailable);
}

TEST_CASE("TLS is as strict as the address asks") {
    const auto root = server_folder() / "server.crt";
    if (!std::filesystem::exists(root)) {
        MESSAGE("skipped: the server has no certificate (openssl is missing)");
        return;
    }
    const auto url = "postgresql://caas:of-a-test@localhost:" + server_port() +
                     "/caas?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=";
    const auto rows = store::postgres(Secret(url + root.string()))
                          ->open_reader()
                          ->query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", {});
    CHECK(rows.at(0).truth(0));
    const auto error = failure_of(url + "/etc/hostname");
    CHECK(error.code() == Code::forbidden);
    CHECK(std::string(error.what()).find("TLS") != std::string::npos);
}

TEST_CASE("a NUL and what is no UTF-8 are refused, and the connection goes on") {
    const Rig rig;
    const auto put = [&](const std::string& word) {
        rig.connection->execute("INSERT INTO thing (id, word) VALUES ($1, $2)", {word, word});
    };
    CHECK(code_of([&] { put(std::string("a\0b", 3)); }) == Code::invalid);
    CHECK(code_of([&] { put("\xff\xfe"); }) == Code::invalid);
    put("fine");
    CHECK(rig.count() == 1);
}

TEST_CASE("a NUL after a savepoint leaves the transaction usable") {
    const Rig rig;
    rig.connection->begin();
    rig.connection->execute("INSERT INTO thing (id) VALUES ($1)", {"a"});
    rig.connection->begin_savepoint();
    CHECK(code_of([&] {
              rig.connection->execute(
                  "INSERT INTO thing (id) VALUES ($1)", {std::string("a\0b", 3)});
          }) == Code::invalid);
    rig.connection->rollback_savepoint();
    rig.connection->execute("INSERT INTO thing (id) VALUES ($1)", {"b"});
    rig.connection->commit();
    CHECK(rig.count() == 2);
}

TEST_CASE("a parameter that was null at first takes what comes later") {
    const Rig rig;
    const auto* sql = "SELECT id FROM thing WHERE ($1 = 0 OR number = $2)";
    CHECK(rig.connection->query(sql, {std::nullopt, std::nullopt}).empty());
    CHECK(rig.connection->query(sql, {std::int64_t{1} << 40, std::int64_t{1} << 41}).empty());
    CHECK(rig.connection->query(sql, {std::nullopt, 7}).empty());
}

TEST_CASE("many rows travel together and each says what it changed") {
    const Rig rig;
    std::vector<store::Values> rows;
    for (int i = 0; i < 1000; ++i)
        rows.push_back({std::to_string(i), i % 3 == 0 ? store::Value() : store::Value(i)});
    rig.connection->begin();
    const auto changed =
        rig.connection->execute_each("INSERT INTO thing (id, number) VALUES ($1, $2)", rows);
    rig.connection->commit();
    CHECK(changed == std::vector<std::int64_t>(1000, 1));
    CHECK(rig.count() == 1000);
}

TEST_CASE("rows that are apart are changed at once, and each says whether it was") {
    const Rig rig;
    rig.connection->begin();
    std::vector<store::Values> rows;
    for (int i = 0; i < 100; ++i)
        rows.push_back(
            {"\"" + std::to_string(i) + "\\", i % 3 == 0 ? store::Value() : store::Value(i)});
    std::array batches{
        store::Batch{"INSERT INTO thing (id, number)\nVALUES ($1, $2)", rows, true},
        store::Batch{
            "UPDATE thing\nSET number = $2\nWHERE id = $1\n    AND number IS NOT DISTINCT FROM $3",
            {{rows[1][0], 7, 1}, {"nowhere", 7, 1}, {rows[3][0], 7, store::Value()}},
            true},
        store::Batch{
            "UPDATE thing\nSET number = $2\nWHERE id = $1",
            {{rows[1][0], store::Value()}, {rows[2][0], store::Value()}},
            true}};
    rig.connection->execute_all(batches);
    CHECK(batches[0].changed == std::vector<std::int64_t>(100, 1));
    CHECK(batches[1].changed == std::vector<std::int64_t>{1, 0, 1});
    CHECK(batches[2].changed == std::vector<std::int64_t>{1, 1});
    const auto kept = rig.connection->query(
        "SELECT number FROM thing WHERE id = $1 OR id = $2 OR id = $3 ORDER BY number",
        {rows[1][0], rows[3][0], rows[5][0]});
    REQUIRE(kept.size() == 3);
    CHECK(kept[0].integer(0) == 5);
    CHECK(kept[1].integer(0) == 7);
    CHECK(kept[2].is_null(0));
    rig.connection->execute_later(
        {batches[0].sql, {{"later", 1}, {"and later", store::Value()}}, true});
    rig.connection->commit();
    CHECK(rig.count() == 102);
}

TEST_CASE("several statements travel together, in order, and each says what it changed") {
    const Rig rig;
    rig.connection->begin();
    std::array batches{
        store::Batch{"INSERT INTO thing (id, number) VALUES ($1, $2)", {{"a", 1}, {"b", 2}}},
        store::Batch{"DELETE FROM thing WHERE number > $1", {}},
        store::Batch{"UPDATE thing SET number = 3 WHERE id <> $1", {{"a"}, {"b"}, {"c"}}}};
    rig.connection->execute_all(batches);
    CHECK(batches[0].changed == std::vector<std::int64_t>{1, 1});
    CHECK(batches[1].changed.empty());
    CHECK(batches[2].changed == std::vector<std::int64_t>{1, 1, 2});
    rig.connection->commit();
    CHECK(rig.count() == 2);
}

TEST_CASE("a statement for no rows at all leaves the answers of the next ones where they belong") {
    const Rig rig;
    const auto* insert = "INSERT INTO thing (id) VALUES ($1)";
    const auto* update = "UPDATE thing SET number = 1 WHERE id = $1";
    rig.connection->execute_each(insert, {{"a"}, {"b"}, {"c"}});
    rig.connection->execute_each(update, {{"a"}});
    rig.connection->begin();
    for (int i = 0; i < 2; ++i) {
        rig.connection->begin_savepoint();
        CHECK(rig.connection->execute_each(update, {}).empty());
        CHECK(
            rig.connection->execute_each(update, {{"a"}, {"none"}, {"b"}, {"c"}}) ==
            std::vector<std::int64_t>{1, 0, 1, 1});
        rig.connection->release_savepoint();
    }
    rig.connection->commit();
}

TEST_CASE("one that fails among several that travel together takes all of them along") {
    const Rig rig;
    const auto* sql = "INSERT INTO thing (id) VALUES ($1)";
    for (const auto& ids : std::vector<std::vector<store::Values>>{
             {{"a"}, {"a"}, {"b"}}, {{"a"}, {"b"}, {"a"}, {"c"}}, {{"a"}, {"b"}, {"b"}}}) {
        rig.connection->begin();
        std::array batches{store::Batch{sql, ids}, store::Batch{sql, {{"d"}}}};
        CHECK_THROWS_AS(rig.connection->execute_all(batches), Error);
        CHECK_THROWS_AS(rig.connection->query("SELECT 1", {}), Error);
        rig.connection->rollback();
        CHECK(rig.count() == 0);
    }

    // What came before its savepoint stays.
    rig.connection->begin();
    rig.connection->execute_later({sql, {{"before"}}});
    rig.connection->begin_savepoint();
    std::array batches{store::Batch{sql, {{"a"}, {"a"}}}, store::Batch{sql, {{"b"}}}};
    CHECK_THROWS_AS(rig.connection->execute_all(batches), Error);
    rig.connection->rollback_savepoint();
    rig.connection->commit();
    CHECK(rig.count() == 1);
}

TEST_CASE("whichever of the statements that travel a test lets fail, the server refuses the rest") {
    const Rig rig;
    const auto* sql = "INSERT INTO thing (id) VALUES ($1)";
    int left = 0;
    fake::Watch watch;
    watch.before = [&](std::string_view) {
        if (--left == 0)
            throw Error(Code::unavailable, "scripted");
    };
    fake::WatchedConnector connector(rig.schema.connector(), watch);
    const auto watched = connector.open_writer();
    for (int n = 1; n <= 6; ++n) {
        CAPTURE(n);
        // begin, three that are waited for, one that is not, commit
        left = n;
        std::array batches{store::Batch{sql, {{"a"}, {"b"}}}, store::Batch{sql, {{"c"}}}};
        int done = 0;
        CHECK(code_of([&] {
                  watched->begin();
                  ++done;
                  watched->execute_all(batches);
                  ++done;
                  watched->execute_later({sql, {{"d"}}});
                  ++done;
                  watched->commit();
              }) == Code::unavailable);
        CHECK(done == std::array{0, 1, 1, 1, 3, 3}.at(static_cast<std::size_t>(n) - 1));
        if (n > 1 && n < 6)
            CHECK_THROWS_AS(watched->query("SELECT 1", {}), Error);
        watched->rollback();
        CHECK(rig.count() == 0);
    }
}

TEST_CASE("what nobody asks about is there for the next statement and after the commit") {
    const Rig rig;
    const auto* sql = "INSERT INTO thing (id) VALUES ($1)";
    const auto seen = [&] {
        return rig.connection->query("SELECT count(*) FROM thing", {}).at(0).integer(0);
    };
    rig.connection->begin();
    rig.connection->execute_later({sql, {{"a"}, {"b"}}});
    CHECK(seen() == 2);
    rig.connection->execute_later({sql, {{"c"}}});
    rig.connection->commit();
    CHECK(rig.count() == 3);

    // Nothing else in it.
    rig.connection->begin();
    rig.connection->execute_later({sql, {{"d"}}});
    rig.connection->commit();
    CHECK(rig.count() == 4);

    rig.connection->begin();
    rig.connection->execute_later({sql, {{"e"}}});
    rig.connection->rollback();
    CHECK(rig.count() == 4);
}

TEST_CASE(
    "what goes wrong with what nobody asked about is said by the commit, which stores nothing") {
    const Rig rig;
    const auto* sql = "INSERT INTO thing (id) VALUES ($1)";
    rig.connection->begin();
    rig.connection->execute(sql, {"a"});
    rig.connection->execute_later({sql, {{"a"}}});
    CHECK_THROWS_AS(rig.connection->commit(), Error);
    rig.connection->rollback();
    CHECK(rig.count() == 0);

    // In a savepoint it is said at once, so that it falls to nobody else.
    rig.connection->begin();
    rig.connection->begin_savepoint();
    rig.connection->execute(sql, {"b"});
    rig.connection->release_savepoint();
    rig.connection->begin_savepoint();
    CHECK_THROWS_AS(rig.connection->execute_later({sql, {{"b"}}}), Error);
    rig.connection->rollback_savepoint();
    rig.connection->commit();
    CHECK(rig.count() == 1);
}

TEST_CASE("a transaction whose first statement fails in a savepoint can still be committed") {
    const Rig rig;
    rig.connection->execute("INSERT INTO thing (id) VALUES ('a')", {});
    rig.connection->begin();
    rig.connection->begin_savepoint();
    CHECK_THROWS_AS(rig.connection->execute("INSERT INTO thing (id) VALUES ('a')", {}), Error);
    rig.connection->rollback_savepoint();
    rig.connection->begin_savepoint();
    rig.connection->execute("INSERT INTO thing (id) VALUES ('b')", {});
    rig.connection->release_savepoint();
    rig.connection->commit();
    CHECK(rig.count() == 2);
}

TEST_CASE("whoever finds the lock taken for too long says so, and nobody after it is blamed") {
    const Rig rig;
    const auto other = rig.connector->open_writer();
    other->begin();
    other->execute("INSERT INTO thing (id) VALUES ('a')", {});

    rig.connection->execute("SET lock_timeout = '20ms'", {});
    rig.connection->begin();
    rig.connection->begin_savepoint();
    CHECK(code_of([&] { rig.connection->execute("DELETE FROM thing", {}); }) == Code::busy);
    CHECK(rig.connection->is_locked_out());
    CHECK_THROWS_AS(rig.connection->rollback_savepoint(), Error);
    rig.connection->rollback();

    other->commit();
    rig.connection->begin();
    CHECK_FALSE(rig.connection->is_locked_out());
    rig.connection->execute("INSERT INTO thing (id) VALUES ('b')", {});
    rig.connection->commit();
    CHECK(rig.count() == 2);
}

TEST_CASE("whoever waits for the lock in vain waits once") {
    const Rig rig;
    const auto other = rig.connector->open_writer();
    const fake::FakeClock clock;
    store::Store store(rig.schema.connector(), clock);
    store.write([](store::Transaction& t) { t.execute("SET lock_timeout = '200ms'", {}); });
    other->begin();
    other->execute("INSERT INTO thing (id) VALUES ('a')", {});

    int ran = 0;
    const auto work = [&ran](store::Transaction& t) {
        ++ran;
        t.execute("DELETE FROM thing", {});
    };
    CHECK(code_of([&] { store.write(work); }) == Code::busy);
    CHECK(ran == 1);
    other->rollback();
    store.write(work);
    CHECK(ran == 2);
}

TEST_CASE("a transaction in which nothing was asked ends without a word") {
    const Rig rig;
    rig.connection->begin();
    rig.connection->begin_savepoint();
    rig.connection->release_savepoint();
    rig.connection->commit();
    rig.connection->begin();
    rig.connection->rollback();
    rig.connection->begin();
    rig.connection->execute("INSERT INTO thing (id) VALUES ('a')", {});
    rig.connection->commit();
    CHECK(rig.count() == 1);
}

TEST_CASE("a session that was ended between two transactions is made anew without a word") {
    const Rig rig;
    const auto reader = rig.connector->open_reader();
    CHECK(reader->query("SELECT id FROM thing", {}).empty());
    rig.connection->execute("INSERT INTO thing (id) VALUES ('a')", {});
    Rig::end_sessions();

    rig.connection->begin();
    rig.connection->execute("INSERT INTO thing (id) VALUES ('b')", {});
    rig.connection->commit();
    reader->begin_read();
    CHECK(reader->query("SELECT id FROM thing", {}).size() == 2);
    reader->rollback();
}

TEST_CASE("a session that ends inside a transaction takes it along, and the next one works") {
    const Rig rig;
    rig.connection->begin();
    rig.connection->execute("INSERT INTO thing (id) VALUES ('a')", {});
    Rig::end_sessions();

    CHECK(code_of([&] {
              rig.connection->execute("INSERT INTO thing (id) VALUES ('b')", {});
          }) == Code::unavailable);
    CHECK(code_of([&] { rig.connection->rollback_savepoint(); }) == Code::unavailable);
    rig.connection->rollback();
    rig.connection->begin();
    rig.connection->execute("INSERT INTO thing (id) VALUES ('c')", {});
    rig.connection->commit();
    CHECK(rig.count() == 1);
}

TEST_CASE("a server that refuses whoever had a session before may let it in again") {
    const Rig rig;
    rig.connection->run_script(
        "DROP ROLE IF EXISTS of_a_session; CREATE ROLE of_a_session LOGIN IN ROLE caas");
    const auto other =
        store::postgres(Secret(
                            "postgresql://of_a_session@/caas?host=" + server_folder().string() +
                            "&port=" + server_port()))
            ->open_writer();
    other->query("SELECT 1", {});
    rig.connection->run_script("ALTER ROLE of_a_session NOLOGIN");
    rig.connection->query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE usename = 'of_a_session'",
        {});

    const auto ask = [&] {
        other->begin();
        other->query("SELECT 1", {});
    };
    CHECK(code_of(ask) == Code::unavailable);
    rig.connection->run_script("ALTER ROLE of_a_session LOGIN");
    other->rollback();
    CHECK_NOTHROW(ask());
    other->rollback();
}

TEST_CASE("a server that breaks off in the middle of TLS is away, and does not refuse it") {
    const store::PostgresFaults faults("caas at db.example.org");
    CHECK(faults.unreachable("SSL SYSCALL error: EOF detected").code() == Code::unavailable);
    CHECK(
        faults.unreachable("server does not support SSL, but SSL was required").code() ==
        Code::forbidden);
}

using Manner = fake::PostgresProxy::Manner;

// To the schema of `rig`; a silent proxy is given up soon.
Secret url_through(const Rig& rig, const fake::PostgresProxy& proxy) {
    return rig.schema.with_schema(
        "postgresql://caas@127.0.0.1:" + std::to_string(proxy.port()) +
        "/caas?sslmode=disable&connect_timeout=2");
}

struct CutRig {
    explicit CutRig(
        fake::PostgresProxy::Cut cut,
        Manner then = Manner::passing,
        const store::PostgresPatience& patience = {})
        : proxy(server_folder() / (".s.PGSQL." + server_port())),
          connection(store::postgres(url_through(rig, proxy), patience)->open_writer()) {
        connection->begin();
        connection->execute("INSERT INTO thing (id) VALUES ('a')", {});
        proxy.cut_next(cut, then);
    }

    Rig rig;
    fake::PostgresProxy proxy;
    std::unique_ptr<store::Connection> connection;
};

// What came of it within seconds.
std::optional<Error> error_in_seconds(const std::function<void()>& action) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<Error> error;
    try {
        action();
    } catch (const Error& e) {
        error = e;
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(12));
    return error;
}

TEST_CASE("whoever reads hears within seconds that the server fell silent") {
    const Rig rig;
    fake::PostgresProxy proxy(server_folder() / (".s.PGSQL." + server_port()));
    const auto reader =
        store::postgres(
            url_through(rig, proxy), {.rest = Milliseconds(0), .silence = Milliseconds(0)})
            ->open_reader();
    const auto read = [&reader] {
        reader->begin_read();
        reader->query("SELECT id FROM thing", {});
    };
    read();
    reader->rollback();
    proxy.behave(Manner::silent);
    for (int i = 0; i < 2; ++i) {
        const auto error = error_in_seconds(read);
        REQUIRE(error);
        CHECK(error->code() == Code::unavailable);
        reader->rollback();
    }

    proxy.behave(Manner::passing);
    CHECK_NOTHROW(read());
    reader->rollback();
}

TEST_CASE("who comes right after somebody waited in vain for a server does not wait as well") {
    const Rig rig;
    fake::PostgresProxy proxy(server_folder() / (".s.PGSQL." + server_port()));
    const store::PostgresPatience patience{
        .rest = Milliseconds(0), .answer = Milliseconds(100), .silence = std::chrono::minutes(1)};
    const auto connector = store::postgres(url_through(rig, proxy), patience);
    const auto first = connector->open_reader();
    const auto second = connector->open_reader();
    proxy.behave(Manner::silent);
    CHECK(code_of([&first] { first->query("SELECT 1", {}); }) == Code::unavailable);

    const auto start = std::chrono::steady_clock::now();
    CHECK(code_of([&second] { second->query("SELECT 1", {}); }) == Code::unavailable);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("a server that lets nobody in any more is waited for by time, and then it is said") {
    const Rig rig;
    fake::PostgresProxy proxy(server_folder() / (".s.PGSQL." + server_port()));
    const auto writer = store::postgres(url_through(rig, proxy))->open_writer();
    proxy.behave(Manner::refusing);
    const auto error = error_in_seconds([&writer] {
        writer->begin();
        writer->execute("INSERT INTO thing (id) VALUES ('a')", {});
    });
    REQUIRE(error);
    CHECK(error->code() == Code::unavailable);
    CHECK_FALSE(error->is_undecided());
}

TEST_CASE("a commit whose outcome nobody can tell in time is left undecided") {
    const store::PostgresPatience patience{
        .reconnect = Milliseconds(100), .silence = Milliseconds(0), .find_out = Milliseconds(500)};
    for (const auto manner : {Manner::refusing, Manner::silent}) {
        CutRig cut(fake::PostgresProxy::Cut::after_commit, manner, patience);
        const auto error = error_in_seconds([&cut] { cut.connection->commit(); });
        REQUIRE(error);
        CHECK(error->is_undecided());
        cut.connection->rollback();

        cut.proxy.behave(Manner::passing);
        cut.connection->begin();
        cut.connection->execute("INSERT INTO thing (id) VALUES ('b')", {});
        cut.connection->commit();
        CHECK(cut.rig.count() == 2);
    }
}

TEST_CASE("a commit that the server did is a commit, though its answer was lost") {
    const CutRig cut(fake::PostgresProxy::Cut::after_commit);
    cut.connection->commit();
    CHECK(cut.proxy.cuts() == 1);
    CHECK(cut.rig.count() == 1);
    cut.connection->begin();
    cut.connection->execute("INSERT INTO thing (id) VALUES ('b')", {});
    cut.connection->commit();
    CHECK(cut.rig.count() == 2);
}

TEST_CASE("a commit that never arrived is said to have stored nothing") {
    const CutRig cut(fake::PostgresProxy::Cut::before_commit);
    CHECK(code_of([&] { cut.connection->commit(); }) == Code::unavailable);
    CHECK(cut.proxy.cuts() == 1);
    cut.connection->rollback();
    CHECK(cut.rig.count() == 0);
}

TEST_CASE("two programs that read before they write never lose a step of each other") {
    fake::PostgresSchema schema;
    fake::FakeClock clock;
    store::Store one(schema.connector(), clock);
    store::Store two(schema.connector(), clock);
    one.write([](store::Transaction& transaction) {
        transaction.execute("INSERT INTO fact (name, value) VALUES ('count', '0')", {});
    });
    const auto raise = [](store::Store& store) {
        for (int i = 0; i < 50; ++i) {
            store.write([](store::Transaction& transaction) {
                const auto rows =
                    transaction.query("SELECT value FROM fact WHERE name = 'count'", {});
                transaction.execute(
                    "UPDATE fact SET value = $1 WHERE name = 'count'",
                    {std::to_string(std::stoi(rows.at(0).text(0)) + 1)});
            });
        }
    };
    {
        std::vector<std::jthread> threads;
        for (auto* store : {&one, &two, &one, &two})
            threads.emplace_back([store, &raise] { raise(*store); });
    }
    const auto rows = one.read([](store::Reader& reader) {
        return reader.query("SELECT value FROM fact WHERE name = 'count'", {});
    });
    CHECK(rows.at(0).text(0) == "200");
}

TEST_CASE("a write that a foreign program ends by a deadlock is run again") {
    fake::PostgresSchema schema;
    fake::FakeClock clock;
    store::Store store(schema.connector(), clock);
    store.write([](store::Transaction& transaction) {
        transaction.execute("INSERT INTO fact (name, value) VALUES ('a', '0'), ('b', '0')", {});
    });
    // It waits longer than we do before it looks for a deadlock, so that the loser is always ours.
    const auto foreign = schema.connector()->open_writer();
    foreign->run_script(
        "SET deadlock_timeout = '10s'; BEGIN; UPDATE fact SET value = 'foreign' WHERE name = 'b'");
    int runs = 0;
    std::jthread other;

    store.write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE fact SET value = 'ours' WHERE name = 'a'", {});
        if (++runs == 1)
            other = std::jthread([&foreign] {
                foreign->run_script("UPDATE fact SET value = 'foreign' WHERE name = 'a'; COMMIT");
            });
        transaction.execute("UPDATE fact SET value = 'ours' WHERE name = 'b'", {});
    });

    other.join();
    CHECK(runs >= 2);
    const auto rows = store.read([](store::Reader& reader) {
        return reader.query("SELECT value FROM fact ORDER BY name", {});
    });
    CHECK(rows.at(0).text(0) == "ours");
    CHECK(rows.at(1).text(0) == "ours");
}

TEST_CASE("a table is read by its index, however few rows the server takes it to have") {
    const Rig rig;
    rig.connection->run_script(
        "INSERT INTO thing (id) VALUES ('a'), ('b'), ('c'), ('d'); ANALYZE thing");
    std::string plan;
    for (const auto& row : rig.connection->query(
             "EXPLAIN SELECT word FROM thing WHERE id IN ('a', 'b', 'c') ORDER BY id", {}))
        plan += row.text(0) + "\n";
    CHECK(plan.find("thing_pkey") != std::string::npos);
    CHECK(plan.find("Seq Scan") == std::string::npos);
}

TEST_CASE("a list of rows finds each of them by its index, however few there were at first") {
    const Rig rig;
    rig.connection->run_script("INSERT INTO thing (id) VALUES ('a'), ('b'); ANALYZE thing");
    const auto set =
        store::as_set("UPDATE thing\nSET number = $2\nWHERE id = $1", {{"a", 1}, {"b", 2}});
    REQUIRE(set);
    rig.connection->run_script("PREPARE listed (TEXT, TEXT) AS " + set->sql);
    std::string plan;
    // As it is kept, without the values.
    for (const auto& row : rig.connection->query("EXPLAIN EXECUTE listed('{a,b}', '{1,2}')", {}))
        plan += row.text(0) + "\n";
    CHECK(plan.find("Nested Loop") != std::string::npos);
    CHECK(plan.find("thing_pkey") != std::string::npos);
}

TEST_CASE("a sound database has no faults, and a copy into a file is refused with advice") {
    const Rig rig;
    CHECK(rig.connection->check().empty());
    CHECK(code_of([&] { rig.connection->copy_to("x"); }) == Code::invalid);
}

TEST_CASE("a user who may only read is told so, and which right is missing") {
    const Rig rig;
    CHECK_NOTHROW(store::expect_writable(*rig.connection));
    const auto schema = rig.connection->query("SELECT current_schema()", {}).at(0).text(0);
    const auto user = "reader_of_" + schema;
    rig.connection->run_script(
        "DROP ROLE IF EXISTS " + user + "; CREATE ROLE " + user + "; GRANT USAGE ON SCHEMA " +
        schema + " TO " + user + "; GRANT SELECT ON thing TO " + user + "; SET ROLE " + user);

    std::string told;
    std::string mend;
    try {
        store::expect_writable(*rig.connection);
    } catch (const Error& e) {
        told = e.what();
        mend = e.hint();
    }
    rig.connection->run_script("RESET ROLE; DROP OWNED BY " + user + "; DROP ROLE " + user);

    CHECK(told == "The user " + user + " may not change the table thing");
    CHECK(mend.ends_with(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO " + user));
}

}  // namespace
}  // namespace caas
