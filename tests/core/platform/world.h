// What the tests of every driver need: the fakes a driver is given, and short ways to ask for a
// publication, to look at an outcome, and to keep a journal as the engine would.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/driver.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_random.h"

namespace caas::platform {

struct World {
    fake::FakeHttp http;
    fake::FakeClock clock;
    fake::FakeRandom random;
    Tools tools{http, clock, random};

    const net::Request& last_request() const { return http.asked.at(http.asked.size() - 1); }
};

inline Publication publication(std::vector<std::string> texts) {
    Publication out;
    out.post = PostId("01932f00-0000-7000-8000-0000abcdef01");
    for (auto& text : texts)
        out.parts.push_back({std::move(text), {}});
    out.language = "en";
    out.options = "{}";
    out.due_at = from_ms(1795341600000);  // 2026-11-22T10:00:00Z
    return out;
}

inline std::string header(const net::Request& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
        if (key == name)
            return value;
    }
    return "";
}

// Adds the step to the journal as the engine does before the call.
inline Entry& write_down(Journal& journal, const Step& step, Instant now) {
    Entry entry;
    entry.number = static_cast<int>(journal.size()) + 1;
    entry.step = step.name;
    entry.part = step.part;
    entry.prepared = step.prepared;
    entry.started_at = now;
    return journal.emplace_back(std::move(entry));
}

// The alternative's name and code, which says all a table of errors needs: "refused x.y".
inline std::string brief(const Outcome& outcome) {
    struct Words {
        std::string operator()(const Done&) const { return "done"; }

        std::string operator()(const Already&) const { return "already"; }

        std::string operator()(const Continue&) const { return "continue"; }

        std::string operator()(const Later&) const { return "later"; }

        std::string operator()(const Refused& o) const { return "refused " + o.code; }

        std::string operator()(const AccountHeld& o) const { return "held " + o.code; }

        std::string operator()(const NeedsSignIn& o) const {
            return (o.can_refresh ? "refresh " : "sign_in ") + o.code;
        }

        std::string operator()(const NotSent& o) const { return "not_sent " + o.code; }

        std::string operator()(const Unknown& o) const { return "unknown " + o.code; }
    };

    return std::visit(Words{}, outcome);
}

inline std::string brief(const Sight& sight) {
    if (std::holds_alternative<There>(sight))
        return "there";
    return std::holds_alternative<Absent>(sight) ? "absent" : "cannot_tell";
}

}  // namespace caas::platform
