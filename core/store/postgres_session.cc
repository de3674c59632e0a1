#include "core/store/postgres_session.h"

#include <utility>

#include <poll.h>

#include "core/base/error.h"

namespace caas::store {
namespace {

constexpr int pause_ms = 100;
// A server that refuses does so at once.
constexpr Milliseconds least_silence = std::chrono::seconds(1);
constexpr int long_pause_ms = 250;

void rest(int ms) {
    ::poll(nullptr, 0, ms);
}

}  // namespace

PostgresSession::PostgresSession(
    std::shared_ptr<const PostgresServer> server, PostgresLink::Use use)
    : server_(std::move(server)), use_(use) {
    connect();
}

void PostgresSession::connect() {
    link_ = std::make_unique<PostgresLink>(server_->library, server_->address, use_);
    note_answer();
}

// A server may have gone without a sign while the session rested, and the answer to a statement is
// waited for as long as a statement may take.
bool PostgresSession::is_there() {
    if (link_->is_broken())
        return false;
    if (server_->clock.monotonic() - answered_at_ < server_->patience.rest)
        return true;
    if (!link_->answers_within(server_->patience.answer))
        return false;
    note_answer();
    return true;
}

bool PostgresSession::open() {
    if (is_there())
        return false;
    const auto latest = server_->clock.monotonic() + server_->patience.reconnect;
    while (true) {
        const auto begun = server_->clock.monotonic();
        if (begun - server_->silent_at.load() < server_->patience.silence)
            throw link_->faults().away();
        try {
            connect();
            return true;
        } catch (const Error& e) {
            const auto now = server_->clock.monotonic();
            if (now - begun >= least_silence)
                server_->silent_at = now;
            // It has worked before, so whatever is wrong now is the server's, and may pass.
            if (now >= latest)
                throw Error(Code::unavailable, e.what(), e.hint());
        }
        rest(pause_ms);
    }
}

void PostgresSession::find_out(const std::string& number) {
    const auto faults = link_->faults();
    const auto latest = server_->clock.monotonic() + server_->patience.find_out;
    while (true) {
        std::optional<std::string> state;
        try {
            state = state_of(number);
        } catch (const Error& e) {
            if (!caas::facts(e.code()).is_temporary)
                throw faults.undecided();
        }
        if (state == "committed")
            return;
        if (state == "aborted")
            throw faults.lost();
        const bool may_change = !state || state == "in progress";
        if (!may_change || server_->clock.monotonic() >= latest)
            throw faults.undecided();
        rest(long_pause_ms);
    }
}

// The server's word for it; empty when it knows of no such transaction any more.
std::optional<std::string> PostgresSession::state_of(const std::string& number) {
    open();
    link_->add("SELECT pg_xact_status(CAST('" + number + "' AS xid8))");
    const auto results = link_->run(server_->patience.answer);
    note_answer();
    const auto state = value_of(server_->library, results.front().get(), 0, 0);
    return std::string(state.text().value_or(""));
}

}  // namespace caas::store
