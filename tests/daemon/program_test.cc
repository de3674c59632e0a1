// The built program in an empty home: how it starts, what it refuses and how it ends.
#include <array>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/wake.h"
#include "daemon/http/descriptor.h"
#include "daemon/http/listener.h"
#include "tests/daemon/http/raw_client.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

// A caasd that runs on `home`; killed with the object, if it still lives.
class Program {
  public:
    Program(const std::filesystem::path& home, std::vector<std::string> arguments)
        : log_(home / ("log-" + std::to_string(++count_))) {
        arguments.insert(
            arguments.begin(), {CAAS_BINARY_DIR "/bin/caasd", "--home", home.string()});
        std::vector<char*> raw;
        for (auto& argument : arguments)
            raw.push_back(argument.data());
        raw.push_back(nullptr);
        const http::Descriptor log(
            ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(log.get(), STDERR_FILENO);
            ::dup2(log.get(), STDOUT_FILENO);
            // An earlier test of this program may have blocked them.
            sigset_t none;
            ::sigemptyset(&none);
            ::sigprocmask(SIG_SETMASK, &none, nullptr);
            ::execv(raw.front(), raw.data());
            ::_exit(127);
        }
    }

    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    ~Program() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            wait();
        }
    }

    void send(int signal) const { ::kill(process_, signal); }

    // Its exit status, or minus the signal that ended it.
    int wait() {
        int status = 0;
        ::waitpid(process_, &status, 0);
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    std::string said() const { return read_file(log_, 1U << 20U); }

    // Whether it comes to say `words` within ten seconds.
    bool says(std::string_view words) const {
        for (int i = 0; i < 2000; ++i) {
            if (said().find(words) != std::string::npos)
                return true;
            SystemClock().sleep(Milliseconds(5), {});
        }
        return false;
    }

    // The port it took, once it is ready.
    std::uint16_t port() const {
        constexpr std::string_view mark = "\"address\":\"127.0.0.1:";
        std::uint16_t port = 0;
        if (says("daemon.ready")) {
            const auto text = said();
            const auto at = text.rfind(mark) + mark.size();
            std::from_chars(text.data() + at, text.data() + text.size(), port);
        }
        return port;
    }

  private:
    static inline int count_ = 0;

    std::filesystem::path log_;
    pid_t process_ = 0;
};

const std::vector<std::string> any_port{"--listen", "127.0.0.1:0"};

TEST_CASE("caasd starts in an empty home, answers, and stops with 0 when asked to") {
    const fake::Folder home;
    Program caasd(home.path(), any_port);
    fake::RawClient client(caasd.port());

    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(client.answer().status == 200);
    client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(client.answer().status == 200);
    client.send("GET /api/v1/content?secret=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(client.answer().status == 401);
    caasd.send(SIGTERM);

    CHECK(caasd.wait() == 0);
    CHECK(client.is_closed());
    CHECK(caasd.said().find("daemon.stopped") != std::string::npos);
    CHECK(caasd.said().find("secret=1") == std::string::npos);
}

TEST_CASE("a second caasd on the same data is refused and told who runs") {
    const fake::Folder home;
    const Program first(home.path(), any_port);
    const auto port = first.port();
    Program second(home.path(), any_port);

    CHECK(second.wait() == 6);
    CHECK(second.said().find("on 127.0.0.1:" + std::to_string(port)) != std::string::npos);
}

TEST_CASE("a second caasd on the same port is refused and told who has it") {
    const fake::Folder home;
    const fake::Folder other;
    const Program first(home.path(), any_port);
    Program second(other.path(), {"--listen", "127.0.0.1:" + std::to_string(first.port())});

    CHECK(second.wait() == 6);
    CHECK(second.said().find("is in use by caasd (process ") != std::string::npos);
}

TEST_CASE("after kill -9 the next caasd starts as if nothing had been left") {
    const fake::Folder home;
    {
        const Program killed(home.path(), any_port);
        CHECK(killed.port() != 0);
    }
    CHECK(!wake(home.path()));

    Program next(home.path(), any_port);

    CHECK(next.port() != 0);
    CHECK(wake(home.path()));
    next.send(SIGINT);
    CHECK(next.wait() == 0);
}

TEST_CASE("SIGHUP takes a changed configuration over and keeps the old one when it is faulty") {
    const fake::Folder home;
    const auto file = home / "config.toml";
    Program caasd(home.path(), any_port);
    fake::RawClient client(caasd.port());
    client.send("GET /healthz HTTP/1.1\r\nHost: caas.example.org\r\n\r\n");
    CHECK(client.answer().status == 403);

    std::ofstream(file) << "[http]\nlisen = \"127.0.0.1:1\"\n";
    caasd.send(SIGHUP);
    CHECK(caasd.says("daemon.reload_refused"));
    std::ofstream(file) << "[http]\npublic_url = \"https://caas.example.org\"\n";
    caasd.send(SIGHUP);
    CHECK(caasd.says("daemon.reload\""));
    fake::RawClient after(caasd.port());
    after.send("GET /healthz HTTP/1.1\r\nHost: caas.example.org\r\n\r\n");

    CHECK(after.answer().status == 200);
    caasd.send(SIGTERM);
    CHECK(caasd.wait() == 0);
}

TEST_CASE("SIGHUP moves to another address, but not to one that somebody has") {
    const fake::Folder home;
    const auto configure = [&home](std::uint16_t port) {
        std::ofstream(home / "config.toml")
            << "[http]\nlisten = \"127.0.0.1:" + std::to_string(port) + "\"\n";
    };
    http::Place taken{"127.0.0.1", 0};
    auto sockets = http::listen_on(taken);
    configure(0);
    Program caasd(home.path(), {});
    const auto old = caasd.port();

    configure(taken.port);
    caasd.send(SIGHUP);
    CHECK(caasd.says("daemon.reload_refused"));
    CHECK(fake::RawClient(old).send("GET"));
    sockets.clear();
    caasd.send(SIGHUP);
    CHECK(caasd.says("\"address\":\"127.0.0.1:" + std::to_string(taken.port)));

    CHECK(fake::RawClient(taken.port).send("GET"));
    CHECK_THROWS(fake::RawClient(old));
}

TEST_CASE("caasd --once with nothing due says so and is done") {
    const fake::Folder home;
    Program caasd(home.path(), {"--once"});

    CHECK(caasd.wait() == 0);
    CHECK(caasd.said().ends_with("caasd: nothing was due\n"));
}

TEST_CASE("caasd --check makes nothing and names what is wrong") {
    const fake::Folder home;
    Program fine(home.path(), {"--check"});
    CHECK(fine.wait() == 0);
    CHECK(!std::filesystem::exists(home / "caas.db"));
    std::ofstream(home / "config.toml") << "[http]\nlisten = \"nowhere\"\n";

    Program faulty(home.path(), {"--check"});

    CHECK(faulty.wait() == 4);
    CHECK(faulty.said().find("config.toml") != std::string::npos);
    CHECK(faulty.said().find("listen") != std::string::npos);
}

TEST_CASE("wrong usage exits with 2 and a hint") {
    const fake::Folder home;
    Program caasd(home.path(), {"--onec"});

    CHECK(caasd.wait() == 2);
    CHECK(caasd.said() == "caasd: error: unknown argument: --onec\nhint: Did you mean --once?\n");
}

}  // namespace
}  // namespace caas
