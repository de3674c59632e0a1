// Takes the place of core/base/stop_point.cc and core/flow/engine_pace.cc in the programs that the
// crash tests kill. The environment says where they die and how patient they are:
//
//   CAAS_STOP_AT=claim.written:3   SIGKILL at the third time this point is reached; `any` counts
//   all CAAS_STOP_LOG=/path            every point that is reached is added there, one a line
//   CAAS_PACE_MS=5                 waits begin at so many milliseconds instead of 30 s; tries never
//                                  run out
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/stop_point.h"
#include "core/flow/engine_pace.h"

namespace caas {
namespace {

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

// Where to die, read once.
class Stop {
  public:
    Stop() {
        const auto where = variable("CAAS_STOP_AT");
        const auto colon = where.rfind(':');
        if (colon != std::string_view::npos) {
            name_ = where.substr(0, colon);
            left_ = std::atoi(where.data() + colon + 1);
        }
        const std::string log(variable("CAAS_STOP_LOG"));
        if (!log.empty())
            log_ = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }

    void reach(std::string_view name) noexcept {
        const bool dies = (name_ == name || name_ == "any") && --left_ == 0;
        if (log_ >= 0) {
            char line[64];
            const auto size = name.copy(line, sizeof line - 1);
            line[size] = '\n';
            [[maybe_unused]] const auto written = ::write(log_, line, size + 1);
        }
        if (dies)
            ::kill(::getpid(), SIGKILL);
    }

  private:
    std::string name_;
    std::atomic<int> left_ = 0;
    int log_ = -1;
};

}  // namespace

void stop_point(std::string_view name) noexcept {
    static Stop stop;
    stop.reach(name);
}

delivery::Pace flow::engine_pace() {
    delivery::Pace pace;
    const Milliseconds unit(std::atoi(std::string(variable("CAAS_PACE_MS")).c_str()));
    if (unit.count() <= 0)
        return pace;
    pace.most_tries = 1'000'000;
    pace.backoff = {unit, 8 * unit};
    pace.looks = {unit, 2 * unit, 4 * unit};
    pace.least_wait = Milliseconds(1);
    return pace;
}

}  // namespace caas
