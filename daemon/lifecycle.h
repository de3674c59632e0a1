// The life of a running daemon, from "ready" to its end: waits for signals, for rings of the bell
// and for the watchdog's next turn. For the main thread.
#pragma once

#include <functional>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/wake.h"
#include "daemon/engine_thread.h"
#include "daemon/http/server.h"
#include "daemon/signals.h"
#include "daemon/supervisor.h"

namespace caas::daemon {

enum class Ending {
    asked,    // somebody sent SIGTERM or SIGINT
    reload,   // the configuration changed: build everything anew
    failed,   // the engine ended by itself
    hurried,  // asked twice, or asked once and what is in flight took longer than `most_patience`
    stuck,    // nobody asked for an end, and what is in flight took longer than that
};

// What the process leaves with. Whoever watches over it starts it again unless that is 0.
int exit_status(Ending ending);

struct Life {
    http::Server& server;
    EngineThread& engine;
    WakeSocket& bell;
    Signals& signals;
    const Supervisor& supervisor;
    Log& log;
    Clock& clock;
    std::function<void()> wake_engine;
    // SIGHUP has come; whether everything must be built anew.
    std::function<bool()> on_hangup;
    // No more callers are wanted: close the listeners that are kept over a reload.
    std::function<void()> on_last_stop;

    // Requests that are being answered get this long, so that what has to go may still say so;
    // posts in flight `most_patience`: every call to a platform ends within 30 s.
    Milliseconds http_grace{25'000};
    Milliseconds most_patience{30'000};
};

// Until an ending. Then the engine and the server have stopped, except when it is `hurried` or
// `stuck`: there they may still run, and the process must leave without waiting for them.
Ending live(const Life& life);

}  // namespace caas::daemon
