#include "cli/command/declined.h"

#include "core/base/error.h"

namespace caas::cli::command {

int declined(Call& call, std::string_view words) {
    call.say(words);
    return facts(Code::canceled).exit_status;
}

}  // namespace caas::cli::command
