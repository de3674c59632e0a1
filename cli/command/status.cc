#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"

namespace caas::cli::command {
namespace {

int run(Call& call) {
    const auto answer = call.send({"GET", "status"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto body = body_of(answer);
    const auto daemon = body.value("daemon", Json::object());
    const auto queue = body.value("queue", Json::object());
    const bool is_running = json::truth(daemon, "is_running").value_or(false);
    const auto lateness = json::integer_or(queue, "lateness_ms", 0);
    const auto unconfirmed = json::integer_or(queue, "unconfirmed", 0);
    const auto what = json::text_or(daemon, "description", "");
    call.out(print::fields(
        {{"daemon",
          {is_running ? "running" + (what.empty() ? "" : ", " + what) : "not running",
           is_running ? print::Colour::green : print::Colour::yellow}},
         {"waiting", {print::number_of(queue, "waiting"), {}}},
         {"due now", {print::number_of(queue, "due"), {}}},
         {"being sent", {print::number_of(queue, "in_hand"), {}}},
         {"unconfirmed",
          {print::number_of(queue, "unconfirmed"),
           unconfirmed > 0 ? print::Colour::yellow : print::Colour::plain}},
         {"next due", {print::moment_of(queue, "next_due", call.now(), call.zone()), {}}},
         {"late by",
          {lateness > 0 ? print::length(Milliseconds(lateness)) : "", print::Colour::yellow}},
         {"version", {json::text_or(body, "version", ""), {}}}},
        call.paint()));
    if (!is_running && json::integer_or(queue, "waiting", 0) > 0)
        call.say("Nothing is sent while no daemon runs. Start caasd, or run: caasd --once");
    return 0;
}

}  // namespace

extern constexpr Command status{
    .name = "status",
    .summary = "show the daemon and the queue",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
