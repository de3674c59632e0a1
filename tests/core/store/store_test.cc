#include "core/store/store.h"

#include <doctest/doctest.h>

#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

TEST_CASE("what one write stored, a later read sees") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    store::Store store(store::sqlite(folder / "caas.db"), clock);

    store.write([](store::Transaction& t) {
        t.execute(
            "INSERT INTO organization (id, name, slug, created_at) VALUES ($1, $2, $3, $4)",
            {"o", "Name", "slug", 7});
    });

    const auto name = store.read([](store::Reader& reader) {
        return reader.query("SELECT name FROM organization WHERE id = $1", {"o"}).at(0).text(0);
    });
    CHECK(name == "Name");
}

}  // namespace
}  // namespace caas
