// The n-th HTTP request goes wrong, for every n and in every way, around a post of two parts; on
// platforms with and without a promise. Afterwards each part is out once, or the post is in doubt
// and no part went out twice; and once a person has said what they see, each part is out once.
#include <array>
#include <atomic>
#include <limits>
#include <stdexcept>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/flow/engine.h"
#include "tests/core/flow/engine_rig.h"

namespace caas::flow {
namespace {

using delivery::PostState;

enum class Fault : std::uint8_t {
    unreachable,      // certain that nothing left
    lost_request,     // no answer, and nothing arrived
    lost_answer,      // no answer, but it arrived
    late,             // no answer, and it arrives after the next request
    error,            // 500, and nothing was made
    lie,              // 500, though it was made
    garbage,          // an answer that cannot be read; it was made
    busy,             // not now
    not_sent,         // the platform says that nothing was made
    old_token,        // the credentials are to be renewed
    refused,          // for good
    held,             // the account is restricted
    throws,           // our own code fails before anything left
    throws_too_late,  // and after it arrived
};

constexpr std::array faults{
    Fault::unreachable,
    Fault::lost_request,
    Fault::lost_answer,
    Fault::late,
    Fault::error,
    Fault::lie,
    Fault::garbage,
    Fault::busy,
    Fault::not_sent,
    Fault::old_token,
    Fault::refused,
    Fault::held,
    Fault::throws,
    Fault::throws_too_late,
};

// What the platform promises.
enum class Promise : std::uint8_t { none, listing, absence, repeats };

constexpr std::array promises{Promise::none, Promise::listing, Promise::absence, Promise::repeats};

net::Failure failure(net::Failure::Kind kind, bool may_have_left) {
    return {kind, may_have_left, "scripted"};
}

// Stands before the platform and spoils `most` requests from the n-th on.
class FaultyHttp final : public net::HttpClient {
  public:
    FaultyHttp(Platform& platform, Fault fault, int nth, int most, const Clock& clock)
        : platform_(platform), fault_(fault), nth_(nth), most_(most), clock_(clock) {}

    net::Result send(const net::Request& request) override {
        const std::scoped_lock lock(mutex_);
        ++count_;
        const bool is_hit = count_ >= nth_ && count_ < nth_ + most_;
        if (is_hit)
            ++hits_;
        auto result = is_hit ? spoil(request) : platform_.send(request);
        if (!is_hit)
            arrive();
        return result;
    }

    // Nothing goes wrong any more, and what is still on its way arrives.
    void heal() {
        nth_ = std::numeric_limits<int>::max() / 2;
        arrive();
    }

    void arrive() {
        for (const auto& request : late_)
            platform_.send(request);
        late_.clear();
    }

    int hits() const { return hits_; }

  private:
    net::Result spoil(const net::Request& request) {
        using Kind = net::Failure::Kind;
        const bool is_create = request.url == "test:create";
        switch (fault_) {
            case Fault::unreachable:
                return failure(Kind::connect, false);
            case Fault::lost_request:
                return failure(Kind::timeout, true);
            case Fault::lost_answer:
                platform_.send(request);
                return failure(Kind::broken, true);
            case Fault::late:
                if (is_create)
                    late_.push_back(request);
                return failure(Kind::timeout, true);
            case Fault::lie:
            case Fault::garbage:
                platform_.send(request);
                return is_create ? answer(fault_ == Fault::lie ? "unknown" : "\xff{") : cannot();
            case Fault::error:
                return is_create ? answer("unknown") : cannot();
            case Fault::busy:
                return is_create ? answer("later " + std::to_string(to_ms(clock_.now()) + 60'000))
                                 : cannot();
            case Fault::not_sent:
                return is_create ? answer("not_sent") : cannot();
            case Fault::old_token:
                return is_create ? answer("sign_in old") : cannot();
            case Fault::refused:
                return is_create ? answer("refused") : cannot();
            case Fault::held:
                return is_create ? answer("held") : cannot();
            case Fault::throws:
                break;
            case Fault::throws_too_late:
                platform_.send(request);
                break;
        }
        throw std::runtime_error("scripted");
    }

    static net::Result answer(std::string body) { return net::Response{200, {}, std::move(body)}; }

    // A look or a refresh that gives nothing.
    static net::Result cannot() { return failure(net::Failure::Kind::timeout, true); }

    Platform& platform_;
    Fault fault_;
    int nth_;
    int most_;
    const Clock& clock_;
    std::mutex mutex_;
    int count_ = 0;
    int hits_ = 0;
    std::vector<net::Request> late_;
};

void promise(Installation& rig, Promise what) {
    rig.platform.can_look = what == Promise::listing || what == Promise::absence;
    rig.platform.knows_absence = what == Promise::absence;
    rig.platform.is_idempotent = what == Promise::repeats || what == Promise::absence;
    rig.is_repeatable = what == Promise::repeats;
}

void run_until_quiet(Installation& rig, FaultyHttp& http) {
    for (int i = 0; i < 200; ++i) {
        {
            Engine engine(
                {*rig.store,
                 rig.doors,
                 http,
                 rig.clock,
                 rig.random,
                 rig.ids,
                 rig.log,
                 rig.parts().liveness},
                {.workers = 2, .description = "test"});
            engine.run_once({});
        }
        const auto wake =
            rig.store->read([](store::Reader& reader) { return delivery::next_wake(reader); });
        if (!wake)
            return;
        if (*wake > rig.clock.now())
            rig.clock.advance(*wake - rig.clock.now());
    }
    FAIL("it did not come to rest");
}

std::map<std::string, int> times(const Installation& rig) {
    std::map<std::string, int> counted;
    for (const auto& part : rig.platform.accepted)
        ++counted[part];
    return counted;
}

// Says what a person sees at the platform, retries what failed and lets the account go on.
bool help(Installation& rig, const PostId& id) {
    const auto post = rig.post(id);
    const auto now = rig.clock.now();
    const bool is_out = times(rig)[std::to_string(post.parts_published)] > 0;
    rig.write([&](store::Transaction& transaction) {
        if (!rig.policies["main"].is_active) {
            rig.policies["main"].is_active = true;
            delivery::resume_posts(transaction, AccountId("main"), now);
        }
        const auto current = delivery::find_post(transaction, id).value();
        if (current.state == PostState::unconfirmed && !current.wake_at && is_out)
            delivery::reconcile_sent(transaction, rig.workspace, id, "", now);
        else if (current.state == PostState::unconfirmed && !current.wake_at)
            delivery::reconcile_not_sent(transaction, rig.workspace, id, true, now);
        else if (current.state == PostState::failed || current.state == PostState::missed)
            delivery::retry(transaction, rig.workspace, id, true, now);
    });
    return post.state != PostState::published;
}

// How often the fault struck, so that the caller knows when n is past the last request.
int deliver_with(Fault fault, Promise what, int nth, int most) {
    CAPTURE(static_cast<int>(fault));
    CAPTURE(static_cast<int>(what));
    CAPTURE(nth);
    Installation rig;
    promise(rig, what);
    FaultyHttp http(rig.platform, fault, nth, most, rig.clock);
    const auto id = rig.add_post(2);

    run_until_quiet(rig, http);

    const auto post = rig.post(id);
    for (const auto& sent : times(rig))
        CHECK_MESSAGE(sent.second == 1, "part ", sent.first);
    const bool needs_person = fault == Fault::refused || fault == Fault::held;
    if (what == Promise::absence || what == Promise::repeats) {
        if (!needs_person)
            CHECK(post.state == PostState::published);
    } else if (!needs_person) {
        const bool is_said =
            post.state == PostState::published || post.state == PostState::unconfirmed;
        CHECK_MESSAGE(is_said, delivery::name(post.state));
    }
    if (post.state == PostState::published)
        CHECK(times(rig).size() == 2);

    http.heal();
    for (int i = 0; i < 6 && help(rig, id); ++i)
        run_until_quiet(rig, http);
    CHECK(rig.post(id).state == PostState::published);
    CHECK(times(rig) == std::map<std::string, int>{{"0", 1}, {"1", 1}});

    // The store and the account are as good as before.
    const auto other = rig.add_post();
    run_until_quiet(rig, http);
    CHECK(rig.post(other).state == PostState::published);
    return http.hits();
}

void deliver_with_each(Promise what, int most) {
    for (const auto fault : faults) {
        int nth = 1;
        while (nth < 40 && deliver_with(fault, what, nth, most) > 0)
            ++nth;
        CHECK(nth > 2);
        CHECK(nth < 40);
    }
}

TEST_CASE(
    "whichever request goes wrong and however, a platform without a promise gets each part once") {
    deliver_with_each(Promise::none, 1);
}

TEST_CASE("whichever request goes wrong and however, a platform that lists gets each part once") {
    deliver_with_each(Promise::listing, 1);
}

TEST_CASE("whichever request goes wrong and however, certain absence ends in published") {
    deliver_with_each(Promise::absence, 1);
}

TEST_CASE("whichever request goes wrong and however, harmless repeats end in published") {
    deliver_with_each(Promise::repeats, 1);
}

TEST_CASE("three requests in a row that go wrong double and lose nothing either") {
    for (const auto what : promises)
        deliver_with_each(what, 3);
}

TEST_CASE(
    "a commit that is durable but could not say so, whichever it is, doubles and loses nothing") {
    for (const auto what : promises) {
        int nth = 1;
        bool was_hit = true;
        for (; was_hit && nth < 40; ++nth) {
            CAPTURE(static_cast<int>(what));
            CAPTURE(nth);
            Installation rig;
            promise(rig, what);
            const auto id = rig.add_post(2);
            std::atomic<int> left = nth;
            rig.watch.after_commit = [&left] {
                if (--left == 0)
                    throw Error(Code::unavailable, "scripted fault");
            };
            for (bool is_over = false; !is_over;) {
                try {
                    rig.drain();
                    is_over = true;
                } catch (const Error&) {
                    // The fault of a claim or of a joining reaches the caller, once.
                    CHECK(left <= 0);
                }
            }
            was_hit = left <= 0;

            const auto state = rig.post(id).state;
            const bool may_doubt = what == Promise::none || what == Promise::listing;
            for (const auto& sent : times(rig))
                CHECK_MESSAGE(sent.second == 1, "part ", sent.first);
            if (may_doubt && state == PostState::unconfirmed)
                continue;
            CHECK(state == PostState::published);
            CHECK(times(rig).size() == 2);
        }
        CHECK(nth > 4);
    }
}

}  // namespace
}  // namespace caas::flow
