#include "core/base/wake.h"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/base/error.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

TEST_CASE("ringing without a daemon reaches nobody") {
    const fake::Folder folder;

    CHECK(!wake(folder.path()));
    CHECK(!wake(folder.path() / "missing"));
}

TEST_CASE("a ring is heard once, however often it rang") {
    const fake::Folder folder;
    WakeSocket socket(folder.path());

    CHECK(!socket.take());
    CHECK(wake(folder.path()));
    CHECK(wake(folder.path()));
    CHECK(socket.take());
    CHECK(!socket.take());
}

TEST_CASE("ringing never waits, even when nobody listens for long") {
    const fake::Folder folder;
    const WakeSocket socket(folder.path());

    int heard = 0;
    for (int i = 0; i < 2000; ++i)
        heard += wake(folder.path()) ? 1 : 0;

    CHECK(heard == 2000);
}

TEST_CASE("the socket is for its owner alone and goes with the daemon") {
    const fake::Folder folder;

    struct stat facts {};

    {
        const WakeSocket socket(folder.path());
        CHECK(::stat((folder.path() / "caasd.sock").c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777U) == 0600U);
    }

    CHECK(!std::filesystem::exists(folder.path() / "caasd.sock"));
}

TEST_CASE("a socket left by a daemon that was killed is replaced") {
    const fake::Folder folder;
    {
        const WakeSocket first(folder.path());
        std::filesystem::rename(folder.path() / "caasd.sock", folder.path() / "kept");
    }
    std::filesystem::rename(folder.path() / "kept", folder.path() / "caasd.sock");
    CHECK(!wake(folder.path()));

    WakeSocket second(folder.path());

    CHECK(wake(folder.path()));
    CHECK(second.take());
}

TEST_CASE("a folder with a very long path works too") {
    const fake::Folder folder;
    const auto deep = folder.path() / std::string(200, 'l');
    std::filesystem::create_directory(deep);
    WakeSocket socket(deep);

    CHECK(wake(deep));
    CHECK(socket.take());
}

TEST_CASE("a folder that is not there is named") {
    CHECK_THROWS_AS(WakeSocket("/nonexistent/caas"), Error);
}

}  // namespace
}  // namespace caas
