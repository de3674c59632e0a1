// One JSON object a line on standard error or into a file. Text of users cannot forge a line.
// Thread-safe.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/clock.h"

namespace caas {

enum class Level { debug, info, warn, error, off };

class Log {
  public:
    using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

    // To standard error when `file` is empty. `clock` must outlive the log.
    Log(const Clock& clock, Level least, const std::filesystem::path& file = {});
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

    void write(Level level, std::string_view event, Fields fields = {});
    // Opens the file anew, after it was rotated away.
    void reopen();

  private:
    struct Sink;
    const Clock& clock_;
    Level least_;
    std::unique_ptr<Sink> sink_;
};

}  // namespace caas
