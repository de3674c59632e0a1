#include "core/access/audit.h"

#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/core/access/rig.h"

namespace caas {
namespace {

using access::AuditVerdict;

// A chain of six rows about somebody's role.
struct Log : Rig {
    Log() {
        owner = start();
        for (int i = 1; i <= 6; ++i) {
            clock.advance(std::chrono::seconds(1));
            add(i);
        }
    }

    void add(int number) {
        write([&](store::Transaction& transaction) {
            access::record(
                transaction,
                clock.now(),
                access::actor_of(owner),
                owner.organization.text(),
                {"member.role", "person-" + std::to_string(number)},
                {{"from", "viewer"}, {"to", "member"}});
        });
    }

    void tamper(const std::string& sql) {
        write([&](store::Transaction& transaction) { transaction.execute(sql, {}); });
    }

    AuditVerdict verify(const std::string& noted = {}) {
        return read([&](store::Reader& reader) {
            return access::verify_audit(reader, owner.organization.text(), noted);
        });
    }

    // "5 changed, 6 missing"
    std::string faults() {
        std::string out;
        for (const auto& fault : verify().faults)
            out += (out.empty() ? "" : ", ") + std::to_string(fault.number) + " " +
                   std::string(fault.rule);
        return out;
    }

    access::Principal owner;
};

TEST_CASE("a chain that nobody touched is sound, and its head names its last row") {
    Log log;
    const auto verdict = log.verify();
    CHECK(verdict.rows == 6);
    CHECK(verdict.faults.empty());
    CHECK(verdict.head.size() == 64);
    CHECK_FALSE(verdict.has_noted);

    log.add(7);
    CHECK(log.verify().head != verdict.head);
    CHECK(log.verify(verdict.head).has_noted == true);
    CHECK(log.verify("deadbeef").has_noted == false);
}

TEST_CASE("rows tell who, what and since when, the newest first, in pages") {
    Log log;
    const auto page = log.read([&](store::Reader& reader) {
        return access::list_audit(
            reader, log.owner.organization.text(), {.limit = 4, .cursor = {}});
    });
    REQUIRE(page.items.size() == 4);
    CHECK(page.items.front().number == 6);
    CHECK(page.items.front().person == log.owner.person);
    CHECK(page.items.front().person_name == "ana");
    CHECK(page.items.front().action == "member.role");
    CHECK(page.items.front().target == "person-6");
    CHECK(page.items.front().detail == R"({"from":"viewer","to":"member"})");
    CHECK(page.items.front().previous == page.items.at(1).digest);
    const auto rest = log.read([&](store::Reader& reader) {
        return access::list_audit(
            reader, log.owner.organization.text(), {.limit = 4, .cursor = *page.next_cursor});
    });
    REQUIRE(rest.items.size() == 2);
    CHECK(rest.items.back().number == 1);
    CHECK(rest.items.back().previous.empty());
}

TEST_CASE("a changed row is named, whatever of it was changed") {
    for (const auto* change :
         {"target = 'person-9'",
          "action = 'member.remove'",
          "detail = '{}'",
          "person_id = NULL",
          "token_id = 'x'",
          "happened_at = happened_at + 1"}) {
        CAPTURE(change);
        Log log;
        log.tamper(std::string("UPDATE audit SET ") + change + " WHERE number = 3");
        CHECK(log.faults() == "3 changed");
    }
}

TEST_CASE("a row whose digest was written anew is betrayed by the one after it") {
    Log log;
    log.tamper("UPDATE audit SET digest = 'aa' WHERE number = 3");
    CHECK(log.faults() == "3 replaced, 3 changed");
}

TEST_CASE("the last row written anew is betrayed by the head") {
    Log log;
    log.tamper("UPDATE audit SET digest = 'aa' WHERE number = 6");
    CHECK(log.faults() == "6 replaced, 6 changed");
}

TEST_CASE("removed rows are named, at the start, in the middle and at the end") {
    Log first;
    first.tamper("DELETE FROM audit WHERE number = 1");
    CHECK(first.faults() == "1 missing");
    Log middle;
    middle.tamper("DELETE FROM audit WHERE number IN (3, 4)");
    const auto verdict = middle.verify();
    REQUIRE(verdict.faults.size() == 1);
    CHECK(verdict.faults.front().number == 3);
    CHECK(verdict.faults.front().message == "Row 3 up to row 4 are missing");
    Log last;
    last.tamper("DELETE FROM audit WHERE number = 6");
    CHECK(last.faults() == "6 missing");
    Log all;
    all.tamper("DELETE FROM audit");
    CHECK(all.faults() == "1 missing");
}

TEST_CASE("removing rows and closing the gap does not hide it") {
    Log log;
    log.tamper("DELETE FROM audit WHERE number = 3");
    log.tamper("UPDATE audit SET number = 3 WHERE number = 4");
    log.tamper("UPDATE audit SET number = 4 WHERE number = 5");
    log.tamper("UPDATE audit SET number = 5 WHERE number = 6");
    log.tamper("UPDATE audit_head SET number = 5");
    const auto faults = log.faults();
    CHECK(faults.find("2 replaced") != std::string::npos);
    CHECK(faults.find("3 moved") != std::string::npos);
}

TEST_CASE("rows that changed places are named with the place they came from") {
    Log log;
    log.tamper("UPDATE audit SET number = 99 WHERE number = 2");
    log.tamper("UPDATE audit SET number = 2 WHERE number = 4");
    log.tamper("UPDATE audit SET number = 4 WHERE number = 99");
    std::string moved;
    for (const auto& fault : log.verify().faults) {
        if (fault.rule == "moved")
            moved += fault.message + "\n";
    }
    CHECK(moved == "Row 2 was written as row 4\nRow 4 was written as row 2\n");
}

TEST_CASE("rows somebody else added are named") {
    Log log;
    log.tamper(
        "INSERT INTO audit (chain, number, happened_at, action, target, detail, previous, digest) "
        "SELECT chain, 7, happened_at, action, target, detail, digest, 'bb' FROM audit "
        "WHERE number = 6");
    const auto faults = log.faults();
    CHECK(faults.find("7 added") != std::string::npos);
}

TEST_CASE("each organization has its chain, and a change that fails leaves no row") {
    Log log;
    const auto eve = log.foreign();
    CHECK_THROWS(log.write([&](store::Transaction& transaction) {
        access::record(
            transaction, log.clock.now(), {}, eve.organization.text(), {"x", "y"}, nullptr);
        throw Error(Code::conflict, "no");
    }));
    CHECK(
        log.read([&](store::Reader& reader) {
               return access::verify_audit(reader, eve.organization.text());
           })
            .rows == 0);
    log.write([&](store::Transaction& transaction) {
        access::record(
            transaction, log.clock.now(), {}, eve.organization.text(), {"x", "y"}, nullptr);
    });
    const auto rows = log.read([&](store::Reader& reader) {
        return access::list_audit(reader, eve.organization.text(), {});
    });
    REQUIRE(rows.items.size() == 1);
    CHECK(rows.items.front().number == 1);
    CHECK(rows.items.front().detail == "{}");
    CHECK_FALSE(rows.items.front().person);
    CHECK(log.verify().rows == 6);
}

TEST_CASE("two daemons that write one chain at once leave it whole") {
    Log log;
    constexpr int each = 25;
    const auto append = [&](store::Store& store, const std::string& name) {
        for (int i = 0; i < each; ++i)
            store.write([&](store::Transaction& transaction) {
                access::record(
                    transaction,
                    log.clock.now(),
                    {},
                    log.owner.organization.text(),
                    {"test.append", name + std::to_string(i)},
                    nullptr);
            });
    };
    store::Store other(log.database.connector(), log.clock);
    {
        const std::jthread one([&] { append(log.store, "a"); });
        const std::jthread two([&] { append(other, "b"); });
    }
    const auto verdict = log.verify();
    CHECK(verdict.rows == 6 + 2 * each);
    CHECK(verdict.faults.empty());
}

}  // namespace
}  // namespace caas
