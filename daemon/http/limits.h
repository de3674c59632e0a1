// How much of everything a stranger may use: bytes, connections, time. Plain values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/clock.h"

namespace caas::http {

struct Limits {
    std::size_t most_header_bytes = 16U << 10U;  // request line and headers together
    std::size_t most_headers = 100;
    std::size_t most_path_bytes = 512;
    std::size_t most_target_bytes = 8U << 10U;  // path and query
    std::uint64_t most_body_bytes = 1U << 20U;
    // A body up to this is collected by the poller, so that a slow sender costs no worker.
    std::size_t most_collected_body = 64U << 10U;

    std::size_t most_connections = 1000;
    std::size_t most_queued = 256;  // whole requests that wait for a worker
    std::size_t workers = 32;
    std::size_t few_workers = 4;    // that are started without a look at whether more would help
    std::size_t most_streams = 16;  // event streams; each holds a worker
    // Bodies that a worker has to wait for, longer than `body_patience` in all; beside the streams
    // they leave some workers to everybody else.
    std::size_t most_slow_bodies = 12;

    // From the first moment of a connection, or the first byte of a later request, to the end of
    // its header.
    Milliseconds header_timeout{10'000};
    // Between two requests of one connection: longer than the 60 s for which nginx keeps its
    // connections to us, so that it never sends into one that we are closing.
    Milliseconds idle_timeout{75'000};
    // A body or an answer may take this long and besides a second for every `slowest_rate` bytes
    // that have come or gone: who announces much and sends nothing gets no more than who announces
    // little.
    Milliseconds body_timeout{20'000};
    Milliseconds write_timeout{20'000};
    std::uint64_t slowest_rate = 8U << 10U;
    Milliseconds body_patience{1'000};
    // How long a closed connection is listened to, so that its last answer is not lost to a reset.
    Milliseconds linger_timeout{2'000};
    // When the server ends: how long a caller may take nothing of an answer, or give nothing of a
    // body, before it is waited for no longer.
    Milliseconds stop_patience{2'000};

    Milliseconds time_for(Milliseconds least, std::uint64_t bytes) const {
        return least + Milliseconds(static_cast<std::int64_t>(bytes * 1000 / slowest_rate));
    }

    // How often to look who is late.
    Milliseconds tick() const {
        const auto shortest = std::min(
            {header_timeout,
             idle_timeout,
             body_timeout,
             write_timeout,
             linger_timeout,
             stop_patience});
        return std::clamp(shortest / 4, Milliseconds(5), Milliseconds(1000));
    }
};

}  // namespace caas::http
