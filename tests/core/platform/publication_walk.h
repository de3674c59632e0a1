// Walks a driver through a publication as the engine does, one step at a time, with a journal.
#pragma once

#include <string>
#include <utility>

#include "core/platform/driver.h"
#include "tests/core/platform/world.h"

namespace caas::platform {

struct Walk {
    Walk(const Driver& by, Access as, Publication of)
        : driver(by), access(std::move(as)), what(std::move(of)) {}

    const Driver& driver;
    Access access;
    Publication what;
    World world;
    Journal journal;
    std::optional<Step> current;

    // The driver's next step, written down; nullptr when there is none.
    const Step* step() {
        current = driver.next(what, journal, access, world.tools);
        if (current)
            write_down(journal, *current, world.clock.now());
        return current ? &*current : nullptr;
    }

    std::string name() const { return current ? current->name : "none"; }

    // Performs it with this answer and writes the outcome down.
    Outcome answered(int status, std::string body, net::Headers headers = {}) {
        world.http.answer(status, std::move(body), std::move(headers));
        return performed();
    }

    Outcome failed(net::Failure::Kind kind) {
        world.http.fail(kind, true);
        return performed();
    }

    Outcome performed() {
        auto outcome = driver.perform(what, *current, journal, access, world.tools);
        auto& entry = journal.back();
        if (const auto* done = std::get_if<Done>(&outcome)) {
            entry.state = StepState::done;
            entry.remote_id = done->remote_id;
            entry.url = done->url;
            entry.cursor = done->cursor;
        } else if (const auto* on = std::get_if<Continue>(&outcome)) {
            entry.cursor = on->cursor;
        } else {
            entry.state =
                std::holds_alternative<Unknown>(outcome) ? StepState::unknown : StepState::failed;
        }
        return outcome;
    }

    // The next step with this answer; the outcome's name.
    std::string take(int status, std::string body) {
        if (step() == nullptr)
            return "none";
        const auto words = name();
        return words + ": " + brief(answered(status, std::move(body)));
    }

    Sight look() { return driver.look(what, journal, access, world.tools); }

    const net::Request& request() const { return world.http.asked.back(); }
};

}  // namespace caas::platform
