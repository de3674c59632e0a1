// What was taken back from people stays so when a backup of before takes the place of the database.
#include "core/access/revocation.h"

#include <utility>

#include <doctest/doctest.h>

#include "core/access/session.h"
#include "tests/core/access/rig.h"

namespace caas {
namespace {

using namespace std::chrono_literals;

// Of the same ids and secrets as another one.
struct Home : Rig {
    access::Principal ana = start();
    access::Created made = token(ana);
    access::Opened opened = write([&](store::Transaction& transaction) {
        return access::open_session(
            transaction, ids, random, clock.now(), {ana.person, "a browser", "", 24h});
    });
    Instant made_at = clock.now();  // of the backup

    std::int64_t carry_from(Home& former) {
        return former.read([&](store::Reader& reader) {
            return write([&](store::Transaction& transaction) {
                return access::carry_revocations(transaction, &reader, made_at);
            });
        });
    }

    // One of them: a table's column that says since when nobody may.
    void take_back(const std::string& table, const std::string& column, Instant since) {
        write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE " + table + " SET " + column + " = $1", {since});
        });
    }

    std::int64_t count(const std::string& table, const std::string& column) {
        return read([&](store::Reader& reader) {
            const auto sql = "SELECT count(*) FROM " + table + " WHERE " + column + " IS NOT NULL";
            return reader.query(sql, {}).front().integer(0);
        });
    }
};

TEST_CASE("a token that was revoked after the backup stays so") {
    Home restored;
    Home former;
    REQUIRE(former.made.token.id == restored.made.token.id);
    former.take_back("token", "revoked_at", former.made_at + 1h);

    CHECK(restored.carry_from(former) == 1);
    CHECK(restored.carry_from(former) == 0);

    CHECK_FALSE(restored.authenticate(restored.made.text.reveal()));
}

TEST_CASE("a session that was ended after the backup stays so") {
    Home restored;
    Home former;
    REQUIRE(former.opened.session.id == restored.opened.session.id);
    former.take_back("session", "ended_at", former.made_at + 1h);

    CHECK(restored.carry_from(former) == 1);

    CHECK(restored.count("session", "ended_at") == 1);
}

TEST_CASE("a person who was disabled stays so, but for one who may have been let in again since") {
    Home restored;
    Home former;
    REQUIRE(former.ana.person == restored.ana.person);
    std::int64_t expected = 0;
    SUBCASE("after the backup") {
        former.take_back("person", "disabled_at", former.made_at + 1h);
        expected = 1;
    }
    SUBCASE("before the backup") {
        former.take_back("person", "disabled_at", former.made_at - 1h);
    }

    CHECK(restored.carry_from(former) == expected);

    CHECK(restored.count("person", "disabled_at") == expected);
}

// As a damaged file does.
struct Unreadable : store::Reader {
    store::Rows query(std::string_view /*sql*/, const store::Values& /*values*/) override {
        throw Error(Code::storage_corrupt, "The database is damaged");
    }
};

TEST_CASE("a former database that cannot be read takes nothing back, and stops nothing") {
    Home restored;
    Unreadable former;

    const auto count = restored.write([&](store::Transaction& transaction) {
        return access::carry_revocations(transaction, &former, restored.made_at) +
               access::carry_revocations(transaction, nullptr, restored.made_at);
    });

    CHECK(count == 0);
    CHECK(restored.authenticate(restored.made.text.reveal()));
}

// Gives its rows to whoever asks first, who asks for tokens.
struct Damaged : store::Reader {
    store::Rows query(std::string_view /*sql*/, const store::Values& /*values*/) override {
        return std::exchange(tokens, {});
    }

    store::Rows tokens;
};

TEST_CASE("a damaged row is passed over, and the others count") {
    Home restored;
    Damaged former;
    const auto& token = restored.made.token.id;
    former.tokens.emplace_back(std::vector<store::Value>{token, "yesterday"});
    former.tokens.emplace_back(std::vector<store::Value>{token, restored.made_at + 1h});

    const auto count = restored.write([&](store::Transaction& transaction) {
        return access::carry_revocations(transaction, &former, restored.made_at);
    });

    CHECK(count == 1);
    CHECK_FALSE(restored.authenticate(restored.made.text.reveal()));
}

}  // namespace
}  // namespace caas
