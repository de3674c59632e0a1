// A text that a person changes in an editor. The file stays where it is until discard() is called,
// so that nothing typed is lost when what follows fails. For one thread.
#pragma once

#include <string>
#include <string_view>

#include "cli/call.h"

namespace caas::cli {

class Edited {
  public:
    // Runs $VISUAL or $EDITOR (vi when neither is set) on a copy of `before`. Throws Error when the
    // editor fails; the message says where the file is.
    Edited(Call& call, std::string_view before);

    const std::string& text() const { return text_; }

    const std::string& file() const { return file_; }

    void discard();

  private:
    std::string file_;
    std::string text_;
};

// Runs `program` (a shell command line, as editors are given) on `file` in the foreground. Throws
// Error(invalid) when it fails. `while_running(true/false)` brackets the run.
void run_editor(
    const std::string& program,
    const std::string& file,
    const std::function<void(bool)>& while_running);

}  // namespace caas::cli
