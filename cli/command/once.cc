#include "cli/command/once.h"

namespace caas::cli::command {

Answer send_once(Call& call, Ask ask) {
    if (auto key = call.filled(key_option.name))
        ask.headers.emplace_back("Idempotency-Key", *std::move(key));
    auto answer = call.send(std::move(ask));
    if (call.has(key_option.name) &&
        net::Response{answer.status, answer.headers, {}}.header("Idempotent-Replayed"))
        call.say("This was done before under the same key; nothing more is made.");
    return answer;
}

}  // namespace caas::cli::command
