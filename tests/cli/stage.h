// A command line with everything around it faked: what every test of a command stands on.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/command/commands.h"
#include "cli/run.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_terminal.h"
#include "tests/fake/fake_transport.h"

namespace caas::cli {

struct Stage {
    fake::FakeTerminal terminal;
    fake::FakeClock clock;
    fake::Script script;
    std::vector<Place> opened;
    // What an editor does to the file; the default leaves it as it is.
    std::function<void(const std::string& program, const std::string& file)> edit =
        [](const std::string&, const std::string&) {};
    std::stop_source stop;
    // What the person does with a page; the default has no browser.
    std::function<bool(const std::string& url)> browse;

    // Lines up an answer.
    void answer(int status, std::string body) {
        script.exchanges.push_back({{status, {}, std::move(body)}, {}});
    }

    // The same, after this time.
    void answer_after(Milliseconds time, int status, std::string body) {
        answer(status, std::move(body));
        script.exchanges.back().meanwhile = [this, time] { clock.advance(time); };
    }

    int run(const std::vector<std::string>& words) {
        World world{
            terminal,
            clock,
            "UTC",
            command::all(),
            [this](const Place& place, bool) {
                opened.push_back(place);
                return std::make_unique<fake::FakeTransport>(script);
            },
            edit,
            stop.get_token(),
            browse};
        return cli::run(world, words);
    }

    const Ask& asked(std::size_t index = 0) const { return script.asked.at(index); }

    Json asked_json(std::size_t index = 0) const {
        return json::parse(script.asked.at(index).body, "what was sent");
    }
};

}  // namespace caas::cli
