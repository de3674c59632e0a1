#include "core/provider/retry.h"

#include <algorithm>
#include <cmath>

#include "core/provider/failure.h"

namespace caas::provider {
namespace {

void add(Usage& sum, const Usage& more) {
    sum.is_known = sum.is_known || more.is_known;
    sum.input += more.input;
    sum.cached_input += more.cached_input;
    sum.output += more.output;
    sum.reasoning += more.reasoning;
}

Milliseconds own_wait(int tries_before, Random& random) {
    const double seconds = std::min(0.5 * std::pow(2.0, tries_before), 8.0);
    return Milliseconds(std::llround(seconds * 1000 * (1 - random.fraction() * 0.25)));
}

CallError stopped(const Driver& driver, const Usage& spent) {
    CallError error(Code::canceled, "Stopped while waiting for " + std::string(driver.title), "");
    error.usage = spent;
    return error;
}

}  // namespace

Answer ask_with_retries(
    const Driver& driver, const Ask& ask, const Endpoint& endpoint, const Tools& tools) {
    Usage spent;
    bool has_delivered = false;
    Ask once = ask;
    if (ask.on_text)
        once.on_text = [&](std::string_view text) {
            has_delivered = true;
            ask.on_text(text);
        };
    for (int tries = 1;; ++tries) {
        std::optional<Answer> answer;
        Milliseconds wait{};
        try {
            answer = driver.ask(once, endpoint, tools);
        } catch (CallError& error) {
            add(spent, error.usage);
            error.usage = spent;
            const bool is_last = tries == most_tries || !error.may_retry || has_delivered ||
                                 (error.wait && *error.wait > longest_wait);
            if (is_last)
                throw;
            wait = error.wait.value_or(own_wait(tries - 1, tools.random));
        }
        if (answer) {
            add(spent, answer->usage);
            answer->usage = spent;
            require_whole(*answer, driver, with_defaults(endpoint, driver));
            return *std::move(answer);
        }
        if (!tools.clock.sleep(wait, ask.stop))
            throw stopped(driver, spent);
    }
}

}  // namespace caas::provider
