#include "daemon/once.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <poll.h>

#include "core/delivery/turn.h"
#include "core/store/store.h"
#include "daemon/engine_thread.h"
#include "daemon/signals.h"

namespace caas::daemon {
namespace {

// Until the engine is done. The first signal lets it finish what is in flight, the second does not.
void wait_for(EngineThread& engine, Signals& signals) {
    bool was_asked = false;
    std::array<pollfd, 2> sources{
        pollfd{engine.descriptor(), POLLIN, 0}, pollfd{signals.descriptor(), POLLIN, 0}};
    while (sources[0].revents == 0) {
        ::poll(sources.data(), sources.size(), -1);
        while (const auto signal = signals.take()) {
            if (*signal == SIGHUP)
                continue;
            // The journal knows what is in flight; the next engine settles it.
            if (was_asked)
                std::_Exit(128 + *signal);
            was_asked = true;
            engine.request_stop();
        }
    }
}

}  // namespace

std::string summary(const flow::Counts& counts, std::int64_t put_off) {
    const std::array<std::pair<std::int64_t, const char*>, 8> kinds{{
        {counts.published, "published"},
        {counts.failed, "failed"},
        {counts.unconfirmed, "unconfirmed"},
        {counts.missed, "missed"},
        {counts.waiting, "to be tried again"},
        {counts.paused, "paused"},
        {counts.lost, "taken over by another engine"},
        {put_off, put_off == 1 ? "waits for its turn" : "wait for their turn"},
    }};
    std::string text;
    for (const auto& [count, word] : kinds) {
        if (count > 0)
            text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + word;
    }
    return text.empty() ? "nothing was due" : text;
}

int run_once(const app::Start& start) {
    Signals signals;
    app::App app(start);
    flow::Counts counts;
    std::int64_t put_off = 0;
    EngineThread engine([&](const std::stop_token& stop) {
        app.keep_house();
        app.keep_signed_in();
        counts = app.engine().run_once(stop);
        put_off = app.store().read([&](store::Reader& reader) {
            return delivery::count_put_off(reader, app.clock().now());
        });
        // What went out makes room for the next one of its series.
        app.keep_house();
    });
    wait_for(engine, signals);
    engine.join();
    std::fputs(("caasd: " + summary(counts, put_off) + "\n").c_str(), stderr);
    return 0;
}

}  // namespace caas::daemon
