#include "core/store/list.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/store/store.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

TEST_CASE("lists of many lengths make few statements") {
    CHECK(store::list_size(1) == 1);
    CHECK(store::list_size(2) == 8);
    CHECK(store::list_size(8) == 8);
    CHECK(store::list_size(9) == 32);
    CHECK(store::list_size(33) == 128);

    CHECK(store::with_list("a IN (…) b", 1) == "a IN ($1) b");
    CHECK(store::with_list("a IN (…) b", 3, 2) == "a IN ($2, $3, $4, $5, $6, $7, $8, $9) b");
    CHECK_THROWS_AS(store::with_list("a IN ()", 3), Error);
}

TEST_CASE("what fills a list up finds nothing twice") {
    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    store::Store store(database.connector(), clock);
    store.write([](store::Transaction& t) {
        for (const auto* id : {"a", "b", "c"})
            t.execute(
                "INSERT INTO organization (id, name, slug, created_at) VALUES ($1, $1, $1, 0)",
                {id});
    });

    for (const auto& wanted : {std::vector<std::string>{"b"}, {"a", "c"}, {"c", "none", "a"}}) {
        store::Values values;
        store::add_list(values, wanted);
        const auto found = store.read([&](store::Reader& reader) {
            return reader.query(
                store::with_list("SELECT id FROM organization WHERE id IN (…)", wanted.size()),
                values);
        });
        CHECK(values.size() == store::list_size(wanted.size()));
        CHECK(found.size() == std::min<std::size_t>(wanted.size(), 2));
    }
}

}  // namespace
}  // namespace caas
