// A database in a file of a fresh folder, and something to put into it and to count.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include <sys/stat.h>

#include "core/store/store.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas::fake {

struct FileRig {
    FileRig() { open(); }

    store::Store open() const { return store::Store(store::sqlite(file), clock); }

    Folder folder;
    std::filesystem::path file = folder / "caas.db";
    FakeClock clock;
};

inline void put(store::Store& store, const std::string& id, const std::string& name = "x") {
    store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "INSERT INTO organization (id, name, slug, created_at) VALUES ($1, $2, $1, 0)",
            {id, name});
    });
}

inline std::size_t count(store::Store& store) {
    return store.read([](store::Reader& reader) {
        return reader.query("SELECT id FROM organization", {}).size();
    });
}

inline mode_t mode_of(const std::filesystem::path& path) {
    struct stat found {};

    ::stat(path.c_str(), &found);
    return found.st_mode & 0777U;
}

}  // namespace caas::fake
