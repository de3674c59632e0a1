#include "core/media/fitting.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas::media {
namespace {

constexpr std::int64_t most_result_bytes = std::int64_t{512} << 20U;
constexpr std::size_t most_words_bytes = 4096;
// More than the processor time that the program allows itself.
constexpr int patience_ms = 120'000;
constexpr int nap_ms = 100;

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() { close(); }

    void close() {
        if (fd_ >= 0)
            ::close(std::exchange(fd_, -1));
    }

    int get() const { return fd_; }

  private:
    int fd_;
};

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
            throw Error(
                Code::unavailable,
                "The program caas-picture, which makes pictures fit, cannot be started",
                "it is installed with caas, in libexec/caas");
    }

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    ~Child() {
        if (id_ > 0) {
            ::kill(id_, SIGKILL);
            wait();
        }
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

std::string format_of(const std::string& type) {
    if (type == "image/jpeg")
        return "JPEG";
    return type == "image/png" ? "PNG" : "WebP";
}

}  // namespace

Fitted fit(
    const std::filesystem::path& program,
    Place& place,
    const std::filesystem::path& source,
    const FitOrder& order) {
    const auto before = probe(bytes_of_file(source));
    const Descriptor input(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    Pipe output;
    Pipe errors;
    auto made = std::make_unique<Incoming>(place.anteroom(), most_result_bytes);
    Child child(
        {program.string(),
         order.type,
         order.alternative,
         std::to_string(order.bytes),
         std::to_string(order.width),
         std::to_string(order.height),
         std::to_string(before.orientation)},
        input.get(),
        output.into.get(),
        errors.into.get());
    output.into.close();
    errors.into.close();
    std::string words;
    if (!drain(output.from.get(), errors.from.get(), *made, words))
        throw Error(
            Code::unavailable,
            "Making the picture fit took too long",
            "try again, or a smaller one");
    if (child.wait() != 0) {
        while (!words.empty() && words.back() == '\n')
            words.pop_back();
        throw Error(
            Code::invalid,
            "The picture cannot be made to fit: " +
                (words.empty() ? std::string("it broke the program that reads it") : words),
            "open it in a viewer and save it again");
    }
    made->finish();
    auto facts = probe(bytes_of_file(made->path()));
    return {std::move(made), std::move(facts)};
}

std::string words_for(const Facts& before, const Facts& after) {
    std::string out;
    if (before.width != after.width || before.height != after.height)
        out = std::to_string(before.width) + "x" + std::to_string(before.height) + " made " +
              std::to_string(after.width) + "x" + std::to_string(after.height) + ", ";
    return out + (before.type == after.type ? "encoded anew as " : "made a ") +
           format_of(after.type);
}

}  // namespace caas::media
