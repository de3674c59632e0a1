#include "daemon/process.h"

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

namespace caas::daemon {
namespace {

// How much of the mapping that `address` lies in this process has in memory.
std::int64_t resident_kb(std::uintptr_t address) {
    std::ifstream maps("/proc/self/smaps");
    bool is_here = false;
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        if (words >> std::hex >> begin >> dash >> end && dash == '-')
            is_here = begin <= address && address < end;
        else if (is_here && line.starts_with("Rss:"))
            return std::stoll(line.substr(4));
    }
    return -1;
}

int written_once = 41;
// Through what the loader filled in, which the compiler must not see through.
const int* const volatile relocated = &written_once;

}  // namespace

TEST_CASE("what only the start needed is given back, and what is needed again returns") {
    const auto code = reinterpret_cast<std::uintptr_t>(&give_start_back);
    const auto before = resident_kb(code);
    REQUIRE(before > 0);
    ++written_once;

    give_start_back();
    CHECK(resident_kb(code) < before);
    CHECK(*relocated == 42);
    // Runs code that was not touched since.
    CHECK(std::to_string(written_once) + std::string(100, 'x') == "42" + std::string(100, 'x'));
}

}  // namespace caas::daemon
