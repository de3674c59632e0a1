#include "cli/command/once.h"

#include <nlohmann/json.hpp>

#include "core/api/key_form.h"
#include "core/base/error.h"
#include "core/net/url.h"

namespace caas::cli::command {

Answer send_once(Call& call, Ask ask) {
    // Before it is sent: a line break in a header would be taken for a daemon that is not there.
    if (const auto key = call.filled(key_option.name))
        ask.headers.emplace_back("Idempotency-Key", api::require_key(*key));
    auto answer = call.send(std::move(ask));
    if (was_done_before(call, answer))
        call.say("This was done before under the same key; nothing more is made.");
    return answer;
}

bool was_done_before(const Call& call, const Answer& answer) {
    return call.has(key_option.name) &&
           net::Response{answer.status, answer.headers, {}}.header("Idempotent-Replayed");
}

// That it is not on record says nothing of the platform.
void warn_of_lost(Call& call, const Json& post) {
    call.warn(
        "the post " + json::text_or(post, "id", "") + " for " + json::text_or(post, "account", "") +
        " was ordered before under the same key and is not on record any more (was a backup "
        "restored since?): it may be out, and is not sent again. Look at the platform; where it "
        "is not out, order it under another key");
}

bool has_lost(Call& call, const Answer& answer, const Json& posts) {
    if (!was_done_before(call, answer))
        return false;
    bool has_any = false;
    for (const auto& post : posts) {
        try {
            call.send({"GET", "posts/" + net::percent_encode(json::text_or(post, "id", ""))});
        } catch (const Error& error) {
            if (error.code() != Code::not_found)
                throw;
            warn_of_lost(call, post);
            has_any = true;
        }
    }
    return has_any;
}

}  // namespace caas::cli::command
