// A store with two workspaces of one organization, each of which must not see what the other has.
#pragma once

#include "core/base/id.h"
#include "core/store/store.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas::fake {

struct TwoWorkspaces {
    TwoWorkspaces() {
        store.write([](store::Transaction& t) {
            t.execute(
                "INSERT INTO organization (id, name, slug, created_at) VALUES ('o', 'o', 'o', 0)",
                {});
            for (const auto* id : {"mine", "theirs"})
                t.execute(
                    "INSERT INTO workspace (id, organization_id, name, zone, created_at) "
                    "VALUES ($1, 'o', $1, 'UTC', 0)",
                    {id});
        });
    }

    Folder folder;
    Database database{folder.path()};
    FakeClock clock;
    FakeRandom random;
    store::Store store{database.connector(), clock};
    IdMaker ids{clock, random};
    WorkspaceId mine{"mine"};
    WorkspaceId theirs{"theirs"};
};

}  // namespace caas::fake
