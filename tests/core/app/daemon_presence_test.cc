#include "core/app/daemon_presence.h"

#include <doctest/doctest.h>

#include "tests/fake/folder.h"

namespace caas::app {
namespace {

TEST_CASE("a running daemon is found by the address it noted, also one on all addresses") {
    const fake::Folder data;
    CHECK(daemon_address(data.path()).empty());
    auto lock = take_daemon_lock(data.path());
    REQUIRE(lock);

    lock->note("process 7 on 127.0.0.1:9000");
    CHECK(daemon_address(data.path()) == "127.0.0.1:9000");
    lock->note("process 7 on [::1]:9000");
    CHECK(daemon_address(data.path()) == "[::1]:9000");
    lock->note("process 7 on *:9000");
    CHECK(daemon_address(data.path()) == "127.0.0.1:9000");
}

TEST_CASE("what a daemon that is gone had noted, and what is no address, are none") {
    const fake::Folder data;
    {
        auto lock = take_daemon_lock(data.path());
        REQUIRE(lock);
        lock->note("process 7 on 127.0.0.1:9000");
    }
    CHECK(daemon_address(data.path()).empty());

    const RestoreLock restoring(data.path());
    CHECK(daemon_address(data.path()).empty());
}

}  // namespace
}  // namespace caas::app
