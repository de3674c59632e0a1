// The main thread's life with real signals, a real bell and an engine made of a lambda.
#include "daemon/lifecycle.h"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/http/listener.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

using daemon::Ending;

// Everything that a life needs, with short graces.
struct Stage {
    explicit Stage(daemon::EngineThread::Run run)
        : server({}, clock, random, [](api::Request&) { return api::Response{}; }, {}),
          engine(std::move(run)) {
        http::Place place{"127.0.0.1", 0};
        server.start(http::listen_on(place));
    }

    Ending live() {
        return daemon::live(
            {server,
             engine,
             bell,
             signals,
             supervisor,
             log,
             clock,
             [this] { ++rings; },
             [this] { return on_hangup(); },
             [this] { ++last_stops; },
             Milliseconds(100),
             Milliseconds(300)});
    }

    fake::Folder folder;
    daemon::Signals signals;
    SystemClock clock;
    SystemRandom random;
    Log log{clock, Level::off};
    daemon::Supervisor supervisor{{}};
    WakeSocket bell{folder.path()};
    std::atomic<int> rings = 0;
    std::atomic<int> last_stops = 0;
    std::function<bool()> on_hangup = [] { return false; };
    http::Server server;
    daemon::EngineThread engine;
};

// Does something to the daemon while it lives.
template <typename Function>
std::jthread soon(Function function) {
    return std::jthread([function] {
        SystemClock().sleep(Milliseconds(20), {});
        function();
    });
}

// Leaves with the number of the ending, since nothing of such a life can be taken down.
[[noreturn]] void live_with_hung_engine(const std::vector<int>& signals) {
    Stage stage([](const std::stop_token&) { SystemClock().sleep(Milliseconds(60'000), {}); });
    stage.on_hangup = [] { return true; };
    const auto sender = soon([signals] {
        for (const int signal : signals) {
            ::kill(::getpid(), signal);
            SystemClock().sleep(Milliseconds(50), {});
        }
    });
    const auto ending = stage.live();
    std::error_code ignored;
    std::filesystem::remove_all(stage.folder.path(), ignored);
    ::_exit(static_cast<int>(ending));
}

// How a life ends whose engine does not stop in time; nullopt: not as it should.
std::optional<Ending> ending_with_hung_engine(const std::vector<int>& signals) {
    const auto child = ::fork();
    if (child == 0) {
        try {
            live_with_hung_engine(signals);
        } catch (...) {
            ::_exit(99);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 99)
        return std::nullopt;
    return static_cast<Ending>(WEXITSTATUS(status));
}

void wait_for_stop(const std::stop_token& stop) {
    SystemClock().sleep(Milliseconds(10'000), stop);
}

TEST_CASE("SIGTERM stops the engine and the server and is what was asked for") {
    std::atomic<bool> was_told = false;
    Stage stage([&was_told](const std::stop_token& stop) {
        wait_for_stop(stop);
        was_told = stop.stop_requested();
    });
    const auto sender = soon([] { ::kill(::getpid(), SIGTERM); });

    CHECK(stage.live() == Ending::asked);
    CHECK(was_told);
    CHECK(stage.last_stops == 1);
    CHECK(!stage.server.answers());
}

TEST_CASE("SIGINT stops too") {
    Stage stage(wait_for_stop);
    const auto sender = soon([] { ::kill(::getpid(), SIGINT); });

    CHECK(stage.live() == Ending::asked);
}

TEST_CASE("what is in flight is finished before the end") {
    std::atomic<bool> is_finished = false;
    Stage stage([&is_finished](const std::stop_token& stop) {
        wait_for_stop(stop);
        SystemClock().sleep(Milliseconds(50), {});
        is_finished = true;
    });
    const auto sender = soon([] { ::kill(::getpid(), SIGTERM); });

    CHECK(stage.live() == Ending::asked);
    CHECK(is_finished);
}

TEST_CASE("a ring of the bell wakes the engine") {
    Stage stage(wait_for_stop);
    const auto folder = stage.folder.path();
    const auto sender = soon([&stage, folder] {
        wake(folder);
        while (stage.rings == 0)
            SystemClock().sleep(Milliseconds(1), {});
        ::kill(::getpid(), SIGTERM);
    });

    stage.live();

    CHECK(stage.rings == 1);
}

TEST_CASE("SIGHUP with nothing changed goes on, with a change it builds anew") {
    Stage stage(wait_for_stop);
    std::atomic<int> hangups = 0;
    stage.on_hangup = [&hangups] { return ++hangups == 2; };
    const auto sender = soon([&hangups] {
        ::kill(::getpid(), SIGHUP);
        while (hangups == 0)
            SystemClock().sleep(Milliseconds(1), {});
        ::kill(::getpid(), SIGHUP);
    });

    CHECK(stage.live() == Ending::reload);
    CHECK(hangups == 2);
    CHECK(stage.last_stops == 0);
}

TEST_CASE("what is in flight for too long is left") {
    CHECK(ending_with_hung_engine({SIGTERM}) == Ending::hurried);
}

TEST_CASE("a reload that what is in flight does not let come about is an end nobody asked for") {
    CHECK(ending_with_hung_engine({SIGHUP}) == Ending::stuck);
    CHECK(ending_with_hung_engine({SIGHUP, SIGTERM}) == Ending::hurried);
}

TEST_CASE("only an end that was asked for leaves with 0, so that the others are started again") {
    CHECK(exit_status(Ending::asked) == 0);
    CHECK(exit_status(Ending::hurried) == 0);
    CHECK(exit_status(Ending::failed) == 1);
    CHECK(exit_status(Ending::stuck) == 75);
}

TEST_CASE("an engine that ends by itself ends the daemon") {
    Stage stage([](const std::stop_token&) { throw std::runtime_error("out of luck"); });

    CHECK(stage.live() == Ending::failed);
}

}  // namespace
}  // namespace caas
