// An API whose answers the test lines up, in order. It keeps what it was asked and throws on a
// request nobody prepared for.
#pragma once

#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cli/transport.h"

namespace caas::fake {

struct Exchange {
    cli::Answer answer;
    // Given to on_event before the answer, as name and JSON.
    std::vector<std::pair<std::string, std::string>> events;
    // What happens until the answer is there; empty: nothing.
    std::function<void()> meanwhile{};
};

// Shared by a test and the transports its commands open.
struct Script {
    std::deque<Exchange> exchanges;
    std::vector<cli::Ask> asked;
};

class FakeTransport final : public cli::Transport {
  public:
    explicit FakeTransport(Script& script) : script_(script) {}

    cli::Answer send(const cli::Ask& ask) override {
        script_.asked.push_back(ask);
        if (script_.exchanges.empty())
            throw std::logic_error("unexpected request: " + ask.method + " " + ask.path);
        auto exchange = std::move(script_.exchanges.front());
        script_.exchanges.pop_front();
        for (const auto& [name, data] : exchange.events) {
            if (ask.on_event)
                ask.on_event(name, json::parse(data, "an event of the test"));
        }
        if (exchange.meanwhile)
            exchange.meanwhile();
        return exchange.answer;
    }

  private:
    Script& script_;
};

}  // namespace caas::fake
