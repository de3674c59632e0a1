// A generation shown while it is written: events of `content/generate?stream=1`. For one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/print/progress.h"

namespace caas::cli::command {

class GenerateStream {
  public:
    explicit GenerateStream(Call& call) : call_(call), progress_(call) {}

    // Gives the result as the last event carried it. Throws Error as the API reports it.
    Json run(const Json& body);

    // Whether what was shown while it came is word for word what was made, so that it need not be
    // printed again.
    bool has_shown_all(const Json& made) const;

  private:
    void on_event(std::string_view name, const Json& data);
    void on_text(const Json& data);

    Call& call_;
    print::Progress progress_;
    std::map<std::string, std::string> shown_;  // text so far, by platform
    std::string platform_;                      // whose text is being shown
    Json result_;
    Answer problem_;
};

}  // namespace caas::cli::command
