// What /readyz says of a disk.
#include <csignal>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "tests/core/api/server.h"
#include "tests/fake/database.h"

namespace caas {
namespace {

using api::Server;

// Files of this process take not a byte more while it lives: what a full disk does.
class NoRoom {
  public:
    NoRoom() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &usual_);
        const rlimit none{0, usual_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &none);
    }

    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;

    ~NoRoom() {
        ::setrlimit(RLIMIT_FSIZE, &usual_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit usual_{};
    void (*handler_)(int);
};

TEST_CASE("readyz says when the disk takes nothing, and leaves no trace when it does") {
    if (fake::is_on_postgres())
        return;
    Server server;
    const auto engines = server.home.count("engine");
    const auto ready = [&] { return server.send("GET", "/readyz", nullptr, std::nullopt).status; };
    CHECK(ready() == 200);

    int status = 0;
    {
        const NoRoom limit;
        status = ready();
    }

    CHECK(status == 507);
    CHECK(ready() == 200);
    CHECK(server.home.count("engine") == engines);
}

}  // namespace
}  // namespace caas
