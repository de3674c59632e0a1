// One live line on standard error: drawn on a terminal, erased when done, absent in a pipe.
#pragma once

#include <string>
#include <string_view>

#include "cli/call.h"

namespace caas::cli::print {

class Progress {
  public:
    explicit Progress(Call& call) : call_(call) {}

    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    void show(std::string_view text);
    void erase();

  private:
    Call& call_;
    std::size_t frame_ = 0;
    bool is_drawn_ = false;
};

}  // namespace caas::cli::print
