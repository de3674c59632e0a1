// One post in an engine's hands: what is read before the claim, called on the network and written
// down after it. The engine's threads and the simulator go through the same five functions:
//
//     prepare (read) ─► claim (write) ─► call (network) ─► conclude ─► record (write) ─┐
//                                          ▲                                            │
//                                          └──────── until the lane is freed ◄──────────┘
//
// A Deliverer has no state of its own beside its references and may be used from several threads; a
// Work belongs to one thread at a time.
#pragma once

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/delivery/ledger.h"
#include "core/delivery/machine.h"
#include "core/flow/deliver_doors.h"
#include "core/net/http_client.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"

namespace caas::flow {

struct Work {
    explicit Work(delivery::Post taken) : post(taken), change(std::move(taken)) {}

    delivery::DueLane seen;
    std::optional<delivery::Lane> lane;  // since the claim
    delivery::Post post;                 // as it will be once `change` is written
    delivery::Journal journal;           // likewise
    delivery::Policy policy;
    const platform::Driver* driver = nullptr;
    platform::Publication publication;
    platform::Access access;

    delivery::Next next = delivery::Next::rest;
    bool goes_on = false;        // there is another call to make
    bool is_lost = false;        // the lane is another's
    bool is_put_off = false;     // its budget is spent
    bool was_refreshed = false;  // under this lane
    Monotonic intended_at{};     // when the last intent became durable
    Instant intended_on{};       // the same by the wall clock
    Monotonic answered_at{};     // when the last call had ended
    int paid = 0;                // parts that the claim took out of the budgets
    Instant paid_at{};

    // What the call said.
    std::variant<std::monostate, delivery::Outcome, delivery::Sight> heard;
    std::optional<platform::Credentials> fresh;

    // What is to be written.
    delivery::Change change;
    std::optional<AccountStop> stop;
    AttemptId observation;       // its id, once the lane was lost
    std::exception_ptr failure;  // our own mistake: the post is put down
};

struct Call;

class Deliverer {
  public:
    // Longer than this between an intent and its call, and the call is not made: the lane may be
    // another's by then.
    static constexpr Milliseconds most_stall = std::chrono::seconds(10);
    // What one call may take, all its requests together.
    static constexpr Milliseconds call_deadline = std::chrono::seconds(30);

    struct Parts {
        const Doors& doors;
        net::HttpClient& http;
        Clock& clock;
        Random& random;
        IdMaker& ids;
    };

    Deliverer(delivery::Ledger ledger, const Parts& parts, delivery::Pace pace = {});

    const delivery::Ledger& ledger() const { return ledger_; }

    const delivery::Machine& machine() const { return machine_; }

    // The account's first post that is due, or `only`; nullopt when it does not want an engine now.
    // Store errors are thrown; whatever is wrong with the post itself becomes its outcome.
    std::optional<Work> prepare(
        store::Reader& reader,
        const delivery::DueLane& lane,
        const std::optional<PostId>& only = std::nullopt) const;
    // The same for several accounts, a few queries for all; one for each lane, in their order.
    std::vector<std::unique_ptr<Work>> prepare(
        store::Reader& reader, std::span<const delivery::DueLane> lanes) const;
    // Those that have a lane afterwards are claimed; with the others somebody was faster, or the
    // post changed. What is claimed and whose `next` is rest is done.
    void claim(store::Transaction& transaction, std::span<Work* const> works) const;
    bool claim(store::Transaction& transaction, Work& work) const;
    // The claim or record is durable; the call may be made.
    void intended(Work& work) const;
    // Performs, looks or refreshes. Never throws.
    void call(Work& work) const;
    // Decides what the answer means and what comes next. `is_stopping`: no further step is begun.
    void conclude(Work& work, bool is_stopping) const;
    // Writes it down and sets `goes_on`. False: there is nothing more to do, or the lane was lost.
    void record(store::Transaction& transaction, std::span<Work* const> works) const;
    bool record(store::Transaction& transaction, Work& work) const;
    // Records what came back and claims what is taken up, posts of different accounts, with few
    // journeys to the database.
    void turn(
        store::Transaction& transaction,
        std::span<Work* const> back,
        std::span<Work* const> taken) const;

  private:
    void follow(Work& work, delivery::Verdict verdict, bool is_stopping) const;
    void begin(Work& work, delivery::Attempt step) const;
    bool tell_of_others(Work& work, Milliseconds reach) const;
    delivery::Sight look_for(Work& work, const Call& call) const;
    std::vector<delivery::Claiming> claimings_of(
        store::Transaction& transaction, std::span<Work* const> works) const;
    void claimed(
        store::Transaction& transaction,
        std::span<Work* const> works,
        std::span<const delivery::Claiming> claimings) const;
    std::vector<delivery::Recording> recordings_of(
        store::Transaction& transaction, std::span<Work* const> works) const;
    void recorded(
        store::Transaction& transaction,
        std::span<Work* const> works,
        std::span<const delivery::Recording> recordings) const;
    bool may_start(
        store::Transaction& transaction, Work& work, std::map<std::string_view, int>& beside) const;
    static bool touches_budgets(const Work& work);
    void refund(store::Transaction& transaction, const Work& work, int parts) const;
    void settle_up(store::Transaction& transaction, const Work& work) const;
    void halt(
        store::Transaction& transaction, const Work& work, const delivery::Policy& policy) const;
    // What another may have changed of the account meanwhile counts.
    void heed(store::Transaction& transaction, Work& work) const;
    void withhold(store::Transaction& transaction, Work& work) const;
    void wake(Work& work) const;
    void observe(store::Transaction& transaction, Work& work) const;
    void write_down(Work& work, const delivery::Journal& before) const;
    // `opened`: what is known of the account already, or nullptr.
    void begin_with(store::Reader& reader, Work& work, Opened* opened) const;
    delivery::Verdict load(store::Reader& reader, Work& work, Opened* opened) const;

    delivery::Ledger ledger_;
    Doors doors_;
    net::HttpClient& http_;
    Clock& clock_;
    Random& random_;
    IdMaker& ids_;
    delivery::Machine machine_;
};

}  // namespace caas::flow
