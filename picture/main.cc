// caas-picture TYPE ALTERNATIVE BYTES WIDTH HEIGHT ORIENTATION < picture > picture
//
// Makes a picture smaller or of another format (raster.h: Order). Reads standard input, writes
// standard output, opens nothing; the last line of standard error is "made TYPE WIDTH HEIGHT" or
// says what is wrong. Started by core/media with a time limit.
#include <array>
#include <charconv>
#include <cstdio>
#include <exception>
#include <string>

#include "picture/raster.h"
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/media/most_pixels.h"

namespace {

// GCC says so by a macro, clang by a question.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif !defined(__has_feature)
constexpr bool is_sanitized = false;
#elif __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

constexpr std::size_t most_input_bytes = std::size_t{256} << 20U;
constexpr rlim_t most_memory = rlim_t{1536} << 20U;
// What is read and what is made of it: the raster (4 bytes a pixel) and beside it at most what the
// codecs need, of which a whole PNG takes most (7), but for a JPEG in four colours that comes in
// several passes (8).
constexpr rlim_t bytes_a_pixel = 12;
static_assert(
    caas::media::most_pixels * bytes_a_pixel + most_input_bytes < most_memory,
    "whoever adds a picture is told that it can be published");
constexpr rlim_t most_seconds = 60;

void limit(__rlimit_resource what, rlim_t most) {
    const rlimit value{most, most};
    ::setrlimit(what, &value);
}

// Whatever a hostile picture makes of a codec: no new files, no processes, no rights, no endless
// loop.
void confine() {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_CPU, most_seconds);
    limit(RLIMIT_CORE, 0);
    // Sanitizers map terabytes that they never touch, and look at their own process from outside.
    if (is_sanitized)
        return;
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    limit(RLIMIT_AS, most_memory);
    limit(RLIMIT_NOFILE, 3);
    limit(RLIMIT_NPROC, 0);
}

std::string read_all() {
    std::string out;
    std::array<char, 65536> piece{};
    while (true) {
        const auto count = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (count <= 0)
            return out;
        out.append(piece.data(), static_cast<std::size_t>(count));
        if (out.size() > most_input_bytes)
            throw caas::picture::Fault("the picture is too large");
    }
}

bool write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || value < 0)
        throw caas::picture::Fault("a number is missing");
    return value;
}

int run(char** words) {
    const caas::picture::Order order{
        words[1],
        words[2],
        number(words[3]),
        static_cast<int>(number(words[4])),
        static_cast<int>(number(words[5])),
        static_cast<int>(number(words[6]))};
    const auto made = caas::picture::make(read_all(), order);
    if (!write_all(made.bytes))
        return 1;
    std::fprintf(stderr, "made %s %d %d\n", made.type.c_str(), made.width, made.height);
    return 0;
}

}  // namespace

int main(int count, char** words) {
    if (count != 7) {
        std::fprintf(
            stderr,
            "usage: caas-picture TYPE ALTERNATIVE BYTES WIDTH HEIGHT ORIENTATION < IN > OUT\n");
        return 2;
    }
    try {
        confine();
        return run(words);
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "the picture needs too much memory\n");
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "%s\n", fault.what());
    }
    return 4;
}
