#include "core/store/fragment.h"

#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/store/store.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

constexpr const char* first = "01a202b2-c500-7abc-8def-0123456789ab";
constexpr const char* second = "01a202b2-c511-7abc-8def-0123456789cd";
constexpr const char* foreign = "01a202b2-c522-7abc-8def-0123456789ef";

constexpr store::FragmentQueries queries{
    .by_beginning =
        "SELECT id FROM workspace WHERE organization_id = $1 AND id >= $2 AND id < $3 ORDER BY id "
        "LIMIT 5",
    .by_end =
        "SELECT id FROM workspace WHERE organization_id = $1 AND id LIKE $2 ORDER BY id LIMIT 5"};

struct Rig {
    Rig() : store(database.connector(), clock) {
        store.write([](store::Transaction& t) {
            for (const auto* o : {"mine", "theirs"})
                t.execute(
                    "INSERT INTO organization (id, name, slug, created_at) VALUES ($1, $1, $1, 0)",
                    {o});
            put(t, first, "mine");
            put(t, second, "mine");
            put(t, foreign, "theirs");
        });
    }

    static void put(store::Transaction& t, const char* id, const char* owner) {
        t.execute(
            "INSERT INTO workspace (id, organization_id, name, zone, created_at) "
            "VALUES ($1, $2, $1, 'UTC', 0)",
            {id, owner});
    }

    std::string find(std::string_view fragment) {
        return store.read([&](store::Reader& reader) {
            return store::find_by_fragment(reader, queries, "mine", fragment, "workspace")
                .value_or("none");
        });
    }

    // `named`: the ids of those that are called `typed`.
    std::string mean(std::string_view typed, const std::vector<const char*>& named) {
        store::Rows rows;
        for (const auto* id : named)
            rows.emplace_back(std::vector<store::Value>{id});
        return store.read([&](store::Reader& reader) {
            return store::find_by_id_or_name(reader, queries, "mine", typed, rows, "workspace")
                .value_or("none");
        });
    }

    // The code of what is thrown for it; internal: nothing is.
    Code refusal(std::string_view typed, const std::vector<const char*>& named) {
        try {
            mean(typed, named);
            return Code::internal;
        } catch (const Error& e) {
            CHECK_FALSE(e.hint().empty());
            return e.code();
        }
    }

    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    store::Store store;
};

TEST_CASE("an id is found by itself, by its beginning and by its end") {
    Rig rig;
    CHECK(rig.find(first) == first);
    CHECK(rig.find("01a202b2-c50") == first);
    CHECK(rig.find("89ab") == first);
    CHECK(rig.find("89CD") == second);
    CHECK(rig.find("-7abc-8def-0123456789cd") == second);
}

TEST_CASE("a fragment in the middle, a short one and one that is none find nothing") {
    Rig rig;
    CHECK(rig.find("7abc") == "none");
    CHECK(rig.find("9ab") == "none");
    CHECK(rig.find("") == "none");
    CHECK(rig.find("%%%%") == "none");
    CHECK(rig.find("____") == "none");
    CHECK(rig.find("outbox") == "none");
    CHECK(rig.find(std::string(37, 'a')) == "none");
    CHECK(rig.find(std::string("01a2\0", 5)) == "none");
}

TEST_CASE("an id of another scope is not found") {
    Rig rig;
    CHECK(rig.find(foreign) == "none");
    CHECK(rig.find("89ef") == "none");
}

TEST_CASE("a fragment that fits several names them") {
    Rig rig;
    try {
        rig.find("01a202b2");
        FAIL("accepted");
    } catch (const Error& e) {
        CHECK(e.code() == Code::conflict);
        const std::string message = e.what();
        CHECK(message.find(first) != std::string::npos);
        CHECK(message.find(second) != std::string::npos);
        CHECK(message.find(foreign) == std::string::npos);
        CHECK_FALSE(e.hint().empty());
    }
}

TEST_CASE("a name means what bears it, and so does part of an id that nothing is called") {
    Rig rig;
    CHECK(rig.mean("plans", {first}) == first);
    CHECK(rig.mean("plans", {}) == "none");
    CHECK(rig.mean("89cd", {}) == second);
    CHECK(rig.mean("89ab", {first}) == first);
}

TEST_CASE("what is part of one id and the name of another thing means neither") {
    Rig rig;
    CHECK(rig.refusal("89ab", {second}) == Code::conflict);
    CHECK(rig.refusal("01a202b2-c50", {second}) == Code::conflict);
    CHECK(rig.refusal("01a202b2", {second}) == Code::conflict);
    CHECK(rig.refusal("plans", {first, second}) == Code::conflict);
}

TEST_CASE("a whole id is never taken for a name") {
    Rig rig;
    CHECK(rig.mean(first, {second}) == first);
    CHECK(rig.mean("01A202B2-C500-7ABC-8DEF-0123456789AB", {second}) == first);
    CHECK(rig.mean(foreign, {second}) == "none");
}

}  // namespace
}  // namespace caas
