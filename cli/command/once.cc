#include "cli/command/once.h"

namespace caas::cli::command {

Answer send_once(Call& call, Ask ask) {
    if (auto key = call.filled(key_option.name))
        ask.headers.emplace_back("Idempotency-Key", *std::move(key));
    auto answer = call.send(std::move(ask));
    if (was_done_before(call, answer))
        call.say("This was done before under the same key; nothing more is made.");
    return answer;
}

bool was_done_before(const Call& call, const Answer& answer) {
    return call.has(key_option.name) &&
           net::Response{answer.status, answer.headers, {}}.header("Idempotent-Replayed");
}

}  // namespace caas::cli::command
