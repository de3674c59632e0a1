#include "daemon/supervisor.h"

#include <array>
#include <cstring>
#include <string>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/http/descriptor.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

// The end of the socket that systemd would have.
class Listener {
  public:
    explicit Listener(std::string name)
        : name_(std::move(name)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name_.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        if (name_.front() == '@')
            address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
        if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0)
            FAIL("the test could not listen");
    }

    std::string heard() const {
        std::array<char, 500> text{};
        const auto count = ::recv(socket_.get(), text.data(), text.size(), 0);
        return count < 0 ? std::string("nothing")
                         : std::string(text.data(), static_cast<std::size_t>(count));
    }

  private:
    std::string name_;
    http::Descriptor socket_;
};

TEST_CASE("systemd is told of readiness, reloading, stopping and life") {
    const fake::Folder folder;
    const auto name = (folder / "notify").string();
    const Listener systemd(name);
    const daemon::Supervisor supervisor(config::environment_of({{"NOTIFY_SOCKET", name}}));

    supervisor.ready("Answering on 127.0.0.1:8000");
    CHECK(systemd.heard() == "READY=1\nSTATUS=Answering on 127.0.0.1:8000");
    supervisor.alive();
    CHECK(systemd.heard() == "WATCHDOG=1");
    supervisor.reloading(std::chrono::seconds(2));
    CHECK(systemd.heard() == "RELOADING=1\nMONOTONIC_USEC=2000000");
    supervisor.stopping();
    CHECK(systemd.heard().starts_with("STOPPING=1\n"));
}

TEST_CASE("an abstract socket is reached too") {
    const auto name = "@caas-test-" + std::to_string(::getpid());
    const Listener systemd(name);
    const daemon::Supervisor supervisor(config::environment_of({{"NOTIFY_SOCKET", name}}));

    supervisor.alive();

    CHECK(systemd.heard() == "WATCHDOG=1");
}

TEST_CASE("nobody to tell is no fault") {
    CHECK_NOTHROW(daemon::Supervisor(config::environment_of({})).ready("x"));
    CHECK_NOTHROW(
        daemon::Supervisor(config::environment_of({{"NOTIFY_SOCKET", "/nonexistent/x"}})).alive());
    CHECK_NOTHROW(
        daemon::Supervisor(config::environment_of({{"NOTIFY_SOCKET", "vsock:2:1"}})).alive());
}

TEST_CASE("the watchdog is answered at half of its period, if it watches this process") {
    const auto interval = [](std::map<std::string, std::string> variables) {
        return daemon::Supervisor(config::environment_of(std::move(variables))).watch_interval();
    };
    const auto mine = std::to_string(::getpid());

    CHECK(!interval({}));
    CHECK(interval({{"WATCHDOG_USEC", "60000000"}}) == Milliseconds(30'000));
    CHECK(
        interval({{"WATCHDOG_USEC", "60000000"}, {"WATCHDOG_PID", mine}}) == Milliseconds(30'000));
    CHECK(!interval({{"WATCHDOG_USEC", "60000000"}, {"WATCHDOG_PID", "1"}}));
    CHECK(!interval({{"WATCHDOG_USEC", "soon"}}));
    CHECK(!interval({{"WATCHDOG_USEC", "0"}}));
}

}  // namespace
}  // namespace caas
