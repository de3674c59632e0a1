#include "core/media/child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/base/error.h"

namespace caas::media {
namespace {

constexpr std::size_t most_words_bytes = 4096;
// More than the processor time that the program allows itself.
constexpr int patience_ms = 120'000;
constexpr int nap_ms = 100;

struct Pipe {
    Pipe() : Pipe(open()) {}

    Descriptor from;
    Descriptor into;

  private:
    explicit Pipe(std::array<int, 2> ends) : from(ends[0]), into(ends[1]) {}

    static std::array<int, 2> open() {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw Error(Code::unavailable, "No more files can be opened");
        return ends;
    }
};

// A process that is ended and waited for.
class Child {
  public:
    Child(const std::vector<std::string>& words, int input, int output, int errors) {
        std::vector<char*> arguments;
        for (const auto& word : words)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        std::array<char*, 1> no_environment{nullptr};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
        // Signals that the daemon blocks for itself must reach it.
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        const int fault = ::posix_spawn(
            &id_,
            words.front().c_str(),
            &actions,
            &attributes,
            arguments.data(),
            no_environment.data());
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        if (fault != 0)
            id_ = 0;
    }

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    ~Child() {
        if (id_ > 0) {
            ::kill(id_, SIGKILL);
            wait();
        }
    }

    bool is_started() const { return id_ > 0; }

    // More than this it may not use; what a hostile file makes of it ends there.
    void bound(std::int64_t memory, int seconds) const {
        const rlimit space{static_cast<rlim_t>(memory), static_cast<rlim_t>(memory)};
        const rlimit time{static_cast<rlim_t>(seconds), static_cast<rlim_t>(seconds)};
        ::prlimit(id_, RLIMIT_AS, &space, nullptr);
        ::prlimit(id_, RLIMIT_CPU, &time, nullptr);
    }

    // How it ended: 0 when all is well.
    int wait() {
        int status = 0;
        while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
        }
        id_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }

  private:
    pid_t id_ = 0;
};

// Reads both until they end. False when it takes too long.
bool drain(int output, int errors, Incoming& into, std::string& words) {
    std::array<pollfd, 2> both{pollfd{output, POLLIN, 0}, pollfd{errors, POLLIN, 0}};
    std::array<char, 65536> piece{};
    for (int waited = 0; both[0].fd >= 0 || both[1].fd >= 0;) {
        const int ready = ::poll(both.data(), both.size(), nap_ms);
        if (ready == 0 && (waited += nap_ms) > patience_ms)
            return false;
        for (auto& one : both) {
            if (one.fd < 0 || (one.revents & (POLLIN | POLLHUP | POLLERR)) == 0)
                continue;
            const auto count = ::read(one.fd, piece.data(), piece.size());
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0) {
                one.fd = -1;
                continue;
            }
            const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
            if (one.fd == output)
                into.write(bytes);
            else if (words.size() < most_words_bytes)
                words += bytes;
        }
    }
    return true;
}

}  // namespace

void Descriptor::close() {
    if (fd_ >= 0)
        ::close(std::exchange(fd_, -1));
}

Ran run(
    const std::vector<std::string>& words, int input, Incoming& into, const ChildBounds& bounds) {
    Pipe output;
    Pipe errors;
    Child child(words, input, output.into.get(), errors.into.get());
    if (!child.is_started())
        return {Ran::Ending::not_started, ""};
    if (bounds.memory > 0)
        child.bound(bounds.memory, bounds.seconds);
    output.into.close();
    errors.into.close();
    Ran ran;
    if (!drain(output.from.get(), errors.from.get(), into, ran.words)) {
        ran.ending = Ran::Ending::late;
        return ran;
    }
    if (child.wait() != 0)
        ran.ending = Ran::Ending::badly;
    while (!ran.words.empty() && ran.words.back() == '\n')
        ran.words.pop_back();
    return ran;
}

}  // namespace caas::media
