// Runs a command N times and prints the median wall time in milliseconds and the peak resident
// memory in MB of one process, by the kernel's own account: spawn N COMMAND [ARG ...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char** environ;  // NOLINT(readability-identifier-naming): POSIX names it

int main(int count, char** words) {
    if (count < 3)
        return 2;
    const int runs = std::atoi(words[1]);  // NOLINT(cert-err34-c): a benchmark's own argument
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    std::vector<double> wall;
    long peak_kb = 0;
    int bad = 0;
    for (int i = 0; i < runs + 3; ++i) {
        const auto start = std::chrono::steady_clock::now();
        pid_t child = 0;
        if (posix_spawnp(&child, words[2], &actions, nullptr, words + 2, environ) != 0) {
            std::perror(words[2]);
            return 1;
        }
        int status = 0;
        rusage usage{};
        wait4(child, &status, 0, &usage);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        if (i < 3)
            continue;  // warm-up
        wall.push_back(took.count());
        peak_kb = std::max(peak_kb, usage.ru_maxrss);
        bad += status == 0 ? 0 : 1;
    }
    std::sort(wall.begin(), wall.end());
    std::printf(
        "%.2f %.2f %.1f %d\n",
        wall[wall.size() / 2],
        wall[wall.size() * 95 / 100],
        static_cast<double>(peak_kb) / 1024.0,
        bad);
    return 0;
}
