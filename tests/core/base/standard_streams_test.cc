#include "core/base/standard_streams.h"

#include <array>
#include <cerrno>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace caas {
namespace {

// What a child finds after it closed these streams: 0 when all is as it should be.
int child_without(std::initializer_list<int> closed) {
    const auto child = ::fork();
    if (child == 0) {
        for (const int stream : closed)
            ::close(stream);
        hold_standard_streams();
        std::array<char, 1> byte{};
        for (const int stream : closed) {
            const auto moved =
                stream == 0 ? ::read(stream, byte.data(), 1) : ::write(stream, byte.data(), 1);
            if (moved != -1 || errno != EBADF)
                ::_exit(1);
        }
        ::_exit(::open("/dev/null", O_RDONLY) > 2 ? 0 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("a file never gets the number of a standard stream that was closed") {
    CHECK(child_without({0}) == 0);
    CHECK(child_without({1}) == 0);
    CHECK(child_without({2}) == 0);
    CHECK(child_without({0, 1, 2}) == 0);
    CHECK(child_without({}) == 0);
}

}  // namespace
}  // namespace caas
