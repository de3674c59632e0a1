#include "cli/command/settle.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <nlohmann/json.hpp>

#include "cli/print/moment.h"
#include "cli/print/progress.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

bool needs_waiting(const Json& post, Instant now, Instant deadline) {
    const auto state = json::text_or(post, "state", "");
    if (state == "scheduled" || state == "retrying") {
        const auto next = print::instant_of(post, "next_try_at");
        return !next || *next <= (is_stuck(post) ? now : deadline);
    }
    return state == "publishing";
}

// A daemon that holds as many callers as it will is asked again in a while. An outcome that this
// process could not write down yet, as on a full disk, is waited for until `deadline`.
Answer ask_for(Call& call, const std::string& id, std::int64_t wait, Instant deadline) {
    constexpr auto a_while = std::chrono::seconds(2);
    const Ask now{"GET", "posts/" + net::percent_encode(id)};
    if (wait == 0)
        return call.send(now);
    auto later = now;
    later.query.emplace_back("wait", std::to_string(wait));
    try {
        return call.send(std::move(later));
    } catch (const Error& error) {
        const bool is_unwritten = error.code() == Code::unconfirmed;
        const bool has_time = call.now() < deadline && !call.world().stop.stop_requested();
        if (is_unwritten && has_time)
            return call.send(now);
        if (error.code() != Code::busy)
            throw;
    }
    if (!call.world().clock.sleep(a_while, call.world().stop))
        throw Error(Code::canceled, "Interrupted");
    return call.send(now);
}

}  // namespace

bool is_stuck(const Json& post) {
    return json::text_or(post, "state", "") == "retrying" &&
           is_lasting(json::text_or(post, "code", ""));
}

bool is_on_its_way(const Json& post) {
    const auto state = json::text_or(post, "state", "");
    return state == "scheduled" || state == "publishing" ||
           (state == "retrying" && !is_stuck(post));
}

Settled settle(Call& call, const std::string& id, Instant deadline) {
    print::Progress progress(call);
    const auto started = call.now();
    // A live line wants to move; without one, one long request is enough.
    const std::int64_t longest_wait = call.shows_progress() ? 1 : 30;
    std::int64_t wait = 0;
    while (true) {
        auto answer = ask_for(call, id, wait, deadline);
        auto post = body_of(answer);
        const auto left = deadline - call.now();
        if (left <= Milliseconds::zero() || !needs_waiting(post, call.now(), deadline))
            return {std::move(post), std::move(answer.body)};
        const auto state = json::text_or(post, "state", "");
        progress.show(
            json::text_or(post, "account", "") + ": " + (state == "scheduled" ? "waiting" : state) +
            ", " + print::length(call.now() - started));
        // The API counts in whole seconds: rather a moment too long than to give up before the end.
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
        wait = std::clamp<std::int64_t>(seconds, 1, longest_wait);
    }
}

int status_of(const Json& post) {
    const auto state = json::text_or(post, "state", "");
    if (state == "published")
        return 0;
    if (state == "failed" || state == "missed" || state == "canceled")
        return facts(Code::platform_refused).exit_status;
    if (state == "paused" || is_stuck(post))
        return facts(Code::platform_sign_in).exit_status;
    // Also what is tried again: to order it anew would have it sent twice.
    return facts(Code::unconfirmed).exit_status;
}

int worst(const std::vector<int>& statuses) {
    // What may be out, or will be, comes first: it must not be ordered again.
    const std::array order{
        facts(Code::unconfirmed).exit_status,
        facts(Code::platform_refused).exit_status,
        facts(Code::platform_sign_in).exit_status};
    for (const int status : order) {
        if (std::find(statuses.begin(), statuses.end(), status) != statuses.end())
            return status;
    }
    return 0;
}

}  // namespace caas::cli::command
