// One round of an engine over a home's posts, at the platforms that the home's network pretends.
#pragma once

#include <memory>

#include "core/delivery/liveness.h"
#include "core/flow/doors.h"
#include "core/flow/engine.h"
#include "tests/fake/home.h"

namespace caas::fake {

// Carries what is due until nothing more is.
inline void run_engine(Home& home) {
    const auto doors = flow::make_doors(home.tools);
    const flow::Engine::Parts parts{
        home.store,
        doors,
        home.http,
        home.clock,
        home.random,
        home.ids,
        home.log,
        [&home](const EngineId& id) {
            return std::make_unique<delivery::FileLiveness>(home.folder / "engines", id);
        }};
    flow::Engine(parts, {}).run_once({});
}

}  // namespace caas::fake
