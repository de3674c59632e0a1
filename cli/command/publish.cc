#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/once.h"
#include "cli/command/order.h"
#include "cli/command/settle.h"
#include "cli/input.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/width.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the content"}};
constexpr std::array options{
    account_option,
    version_option,
    Option{.name = "no-wait", .value = "", .help = "do not wait for the outcome"},
    Option{
        .name = "timeout",
        .value = "TIME",
        .help = "give up waiting after this, 2min if not given; the post goes on without you"},
    key_option,
};

constexpr std::int64_t usual_timeout_s = 120;

void show(Call& call, const Json& post) {
    if (call.is_quiet()) {
        call.out(json::text_or(post, "id", "") + "\n");
        return;
    }
    const auto state = json::text_or(post, "state", "");
    const auto paint = call.paint();
    auto line = paint(print::colour_of_state(state), state) + "  " +
                print::one_line(json::text_or(post, "account", "")) + "  " +
                print::short_id_of(post);
    if (const auto url = json::text_or(post, "url", ""); !url.empty())
        line += "  " + print::one_line(url);
    if (const auto message = json::text_or(post, "message", ""); !message.empty())
        line += "  " + print::one_line(message);
    call.out(line + "\n");
    const auto id = print::short_id_of(post);
    if (is_stuck(post))
        call.say("It goes out by itself once that is mended. Watch: caas posts show " + id);
    else if (state == "retrying")
        call.say(
            "Tried again " + print::moment_of(post, "next_try_at", call.now(), call.zone()) +
            ". Watch: caas posts show " + id);
    else if (
        state == "scheduled" &&
        print::instant_of(post, "next_try_at").value_or(call.now()) > call.now())
        call.say(
            "Taken up " + print::moment_of(post, "next_try_at", call.now(), call.zone()) +
            ". Watch: caas posts show " + id);
    else if (state == "unconfirmed")
        call.say(
            "It may be out. Look at the platform, then: caas posts reconcile " + id +
            " --sent URL | --not-sent");
    else if (state == "failed")
        call.say(
            "See what happened: caas posts show " + id + "   Try again: caas posts retry " + id);
    else if (state == "paused")
        call.say("The account is paused or needs a sign-in: caas account list");
}

// Nobody waits for these any more. They exist and must not be made again; what goes out without the
// person is named with the way to stop it.
void say_what_is_left(Call& call, std::span<const Json> posts, bool is_interrupted) {
    for (const auto& made : posts) {
        const auto id = print::short_id_of(made);
        const auto name = json::text_or(made, "account", "");
        if (!is_interrupted) {
            call.warn("the post for " + name + " is on record: caas posts show " + id);
            continue;
        }
        const auto path = "posts/" + net::percent_encode(json::text_or(made, "id", ""));
        const auto state = json::text_or(call.look(path).value_or(made), "state", "");
        if (state == "scheduled" || state == "retrying" || state == "paused")
            call.warn(
                "the post for " + name + " is " + state +
                " and will still be sent; to stop it: caas posts cancel " + id);
        else
            call.warn("the post for " + name + " is " + state + ": caas posts show " + id);
    }
}

std::optional<Settled> settle_known(
    Call& call, const Json& post, bool is_repeat, Instant deadline) {
    try {
        return settle(call, json::text_or(post, "id", ""), deadline);
    } catch (const Error& error) {
        if (!is_repeat || error.code() != Code::not_found)
            throw;
        warn_of_lost(call, post);
        return std::nullopt;
    }
}

int wait_for_all(Call& call, const Json& made, bool is_repeat, Instant deadline) {
    std::vector<int> statuses;
    std::string bodies;
    const std::vector<Json> posts(made.at("items").begin(), made.at("items").end());
    // How many the person was told of.
    std::size_t shown = 0;
    bool goes_on = false;
    try {
        for (const auto& post : posts) {
            const auto settled = settle_known(call, post, is_repeat, deadline);
            statuses.push_back(
                settled ? status_of(settled->post) : facts(Code::unconfirmed).exit_status);
            if (settled) {
                bodies += (bodies.empty() ? "" : ",") + settled->body;
                goes_on = goes_on || is_on_its_way(settled->post);
            }
            if (call.is_json())
                continue;
            if (settled)
                show(call, settled->post);
            ++shown;
        }
    } catch (const Error& error) {
        say_what_is_left(call, std::span(posts).subspan(shown), error.code() == Code::canceled);
        throw;
    }
    if (call.is_json())
        call.out("{\"items\":[" + bodies + "],\"next_cursor\":null}\n");
    if (goes_on)
        call.say(
            "What is not out yet is on record and goes on while caasd runs, or with `caasd "
            "--once`: do not order it again.");
    return worst(statuses);
}

int run(Call& call) {
    auto body = order_body(call);
    if (call.has("no-wait") && call.has("timeout"))
        throw Error(Code::usage, "`--no-wait` and `--timeout` cannot be given together");
    // Before the order: whoever is told of wrong usage gives the command again.
    const auto given = call.option("timeout");
    const auto patience =
        std::chrono::seconds(given ? seconds_of(*given, "timeout") : usual_timeout_s);
    const auto answer = send_once(call, {"POST", "posts", {}, json::dump(body)});
    const auto made = body_of(answer);
    if (!call.has("no-wait"))
        return wait_for_all(call, made, was_done_before(call, answer), call.now() + patience);
    const int status =
        has_lost(call, answer, made.at("items")) ? facts(Code::unconfirmed).exit_status : 0;
    // Nobody waits to see what holds it up.
    for (const auto& post : made.at("items"))
        heed_forecast(call, post);
    if (call.is_json()) {
        call.out_json(answer);
        return status;
    }
    for (const auto& post : made.at("items"))
        show(call, post);
    if (was_done_before(call, answer))
        call.say("That is how it was ordered. How it stands now: caas posts show ID");
    else
        call.say(
            "A running caasd sends it as soon as limits and what is before it let it, mostly at "
            "once; `caasd --once` does so without one. When: caas posts show ID");
    return status;
}

}  // namespace

extern constexpr Command publish{
    .name = "publish",
    .summary = "send a content to accounts now",
    .about =
        "Works with no daemon running. Waits for the outcome: exits 0 when all is published, 7 "
        "when a platform refused, 3 when the account needs you, 8 when an answer was lost or it is "
        "still being tried. Once the post is on record it goes on without you, so that another "
        "`caas publish` would send it twice: whatever the exit status, look at it with `caas posts "
        "show`, or wait on with `caas posts wait`. Without a daemon it sends by itself, and "
        "--timeout does not cut off a call to the platform that is under way. An outcome that it "
        "cannot write down, as on a full disk, it tries again until --timeout, or for a few "
        "seconds more; then it says so and exits 8. Interrupted, it says of each post how it "
        "stands, and which will still be sent.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas publish 1a2b3c4d --account outbox\n"
        "caas publish 1a2b3c4d --account work --account private --no-wait\n"
        "caas publish 1a2b3c4d --account work --idempotency-key \"release 1.2\"",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
