// `caasd` itself: takes its place in the data folder, builds the application, answers HTTP and runs
// the engine, and builds everything anew when the configuration changed. For the main thread.
#pragma once

#include "core/app/app.h"

namespace caas::daemon {

// What it exits with. Throws Error: engine_running, conflict (the port), and as app::App.
int serve(const app::Start& start);

}  // namespace caas::daemon
