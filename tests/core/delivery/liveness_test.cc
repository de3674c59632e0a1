#include "core/delivery/liveness.h"

#include <fstream>
#include <optional>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/fake/folder.h"

namespace caas::delivery {
namespace {

TEST_CASE("an engine lives as long as its object") {
    const fake::Folder folder;
    const EngineId self("a");
    FileLiveness observer(folder / "engines", EngineId("b"));
    std::optional<FileLiveness> engine(std::in_place, folder / "engines", self);

    CHECK_FALSE(observer.is_dead(self));
    engine.reset();
    CHECK(observer.is_dead(self));
}

TEST_CASE("whoever is no engine sees whether one lives, and not those that died") {
    const fake::Folder folder;
    CHECK_FALSE(has_living_engine(folder / "engines"));
    {
        const FileLiveness engine(folder / "engines", EngineId("a"));
        CHECK(has_living_engine(folder / "engines"));
    }
    std::ofstream(folder / "engines" / "b.lock") << "";

    CHECK_FALSE(has_living_engine(folder / "engines"));
}

TEST_CASE("an engine whose process died left its file and is dead") {
    const fake::Folder folder;
    FileLiveness observer(folder / "engines", EngineId("b"));
    std::ofstream(folder / "engines" / "a.lock") << "";

    CHECK(observer.is_dead(EngineId("a")));
    observer.forget(EngineId("a"));
    CHECK_FALSE(std::filesystem::exists(folder / "engines" / "a.lock"));
}

TEST_CASE("only the file that an engine locked itself shows that it died, not a copy") {
    const fake::Folder folder;
    const EngineId dead("a");
    const auto file = folder / "engines" / "a.lock";
    FileLiveness observer(folder / "engines", EngineId("b"));
    {
        const FileLiveness engine(folder / "engines", dead);
        std::filesystem::create_hard_link(file, folder / "same");
        std::filesystem::copy_file(file, folder / "copy");
    }
    CHECK_FALSE(observer.is_left_behind(dead));

    std::filesystem::rename(folder / "copy", file);
    CHECK_FALSE(observer.is_left_behind(dead));
    std::filesystem::rename(folder / "same", file);
    CHECK(observer.is_left_behind(dead));
}

TEST_CASE("an engine never takes itself for dead") {
    const fake::Folder folder;
    FileLiveness self(folder / "engines", EngineId("a"));

    CHECK_FALSE(self.is_dead(EngineId("a")));
}

TEST_CASE("two engines cannot have one id") {
    const fake::Folder folder;
    FileLiveness self(folder / "engines", EngineId("a"));

    CHECK_THROWS_AS(FileLiveness(folder / "engines", EngineId("a")), Error);
}

}  // namespace
}  // namespace caas::delivery
