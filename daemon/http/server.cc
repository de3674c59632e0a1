#include "daemon/http/server.h"

#include <exception>
#include <thread>

#include "daemon/http/poller.h"
#include "daemon/http/slots.h"
#include "daemon/http/workers.h"

namespace caas::http {

// In the order of dependence: what ends last stands first.
struct Server::Running {
    Running(Server& its_server, std::vector<Descriptor> listeners)
        : server(its_server),
          exchange(
              {server.options_.limits,
               server.options_.policy,
               server.clock_,
               server.random_,
               server.handler_,
               server.on_served_,
               [this](std::uint64_t id) { slots.mark_stream(id); },
               slots.closing()}),
          poller(
              {server.options_.limits,
               server.options_.policy,
               server.clock_,
               [this](std::unique_ptr<Connection>& connection) { return workers.take(connection); },
               [this] { return workers.relieve(); },
               [this] { workers.shrink(); },
               server.options_.is_quick,
               [this](Connection& connection) { return exchange.serve(connection); },
               [this](Connection& connection, const Refusal& refusal) {
                   return exchange.refuse(connection, refusal);
               }},
              slots,
              std::move(listeners)),
          workers(
              server.options_.limits.few_workers,
              server.options_.limits.workers,
              server.options_.limits.most_queued,
              [this](std::unique_ptr<Connection> connection) { work(std::move(connection)); }),
          thread([this] { poller.run(); }) {}

    void work(std::unique_ptr<Connection> connection) {
        bool is_there = false;
        try {
            do {
                is_there = exchange.serve(*connection);
            } while (is_there && has_next(*connection, is_there));
        } catch (const std::exception&) {
            // Out of memory: this caller is hung up on, the next may have more luck.
            is_there = false;
        }
        if (is_there)
            poller.park(std::move(connection));
        else
            poller.drop(std::move(connection));
    }

    // Whether the caller has asked again at once, as programs do: then the way through the poller,
    // which wakes two threads, is saved. Only where callers are few and another worker is free:
    // in a crowd the poller is awake anyhow, and nobody may have to make room, for which the
    // connection does not count as idle meanwhile.
    bool has_next(Connection& connection, bool& is_there) {
        constexpr Milliseconds patience{1};
        const auto& limits = server.options_.limits;
        const auto callers = slots.size();
        if (!connection.is_idle() || poller.is_stopping() || callers > limits.few_workers ||
            2 * callers > limits.most_connections || slots.is_stream(connection.id) ||
            !workers.has_spare())
            return false;
        switch (await_more(connection, server.clock_, patience)) {
            case Arrival::nothing:
                return false;
            case Arrival::end:
                is_there = false;
                return false;
            case Arrival::bytes:
                break;
        }
        connection.deadline = server.clock_.monotonic() + limits.header_timeout;
        auto result = advance(connection, limits, server.options_.policy);
        if (const auto* refusal = std::get_if<Refusal>(&result)) {
            is_there = exchange.refuse(connection, *refusal);
            return false;
        }
        const auto step = std::get<Step>(result);
        if (step == Step::needs_body)
            is_there = await_body(connection, limits, server.clock_);
        return step == Step::is_ready;
    }

    void stop(Milliseconds grace) {
        // Those who were told to leave and those who read their last answer get a moment more.
        constexpr Milliseconds last_moment{250};
        poller.stop_taking();
        slots.stop_streams();
        slots.stop_holding();
        if (!slots.wait_until_empty(grace)) {
            slots.stop_all();
            slots.wait_until_empty(last_moment);
        }
        workers.stop();
        poller.finish();
        thread.join();
    }

    Server& server;
    Slots slots;
    Exchange exchange;
    Poller poller;
    Workers workers;
    std::jthread thread;
};

Server::Server(
    Options options, const Clock& clock, Random& random, Handler handler, OnServed on_served)
    : options_(std::move(options)),
      clock_(clock),
      random_(random),
      handler_(std::move(handler)),
      on_served_(std::move(on_served)) {}

Server::~Server() {
    stop(Milliseconds(0));
}

void Server::start(std::vector<Descriptor> listeners) {
    running_ = std::make_unique<Running>(*this, std::move(listeners));
}

void Server::stop(Milliseconds grace) {
    if (running_)
        running_->stop(grace);
    running_.reset();
}

std::size_t Server::connections() const {
    return running_ ? running_->slots.size() : 0;
}

bool Server::answers() {
    return running_ && running_->poller.answers();
}

}  // namespace caas::http
