// The engine's taking up: what is due becomes claimed and starts at once.
#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/flow/engine.h"

namespace caas::flow {

void Engine::set_aside(const AccountId& account, const std::exception& fault) {
    set_aside_.insert(account);
    log_.write(
        Level::error,
        "engine.account_set_aside",
        {{"account", account.text()}, {"error", fault.what()}});
}

std::vector<std::unique_ptr<Work>> Engine::find_due(
    std::size_t most, std::vector<AccountId>& stale) {
    return store_.read([&](store::Reader& reader) {
        std::vector<std::unique_ptr<Work>> works;
        for (const auto& lane :
             delivery::due_lanes(reader, clock_.now(), most + set_aside_.size())) {
            if (works.size() == most || set_aside_.contains(lane.account))
                continue;
            try {
                if (auto work = deliverer_.prepare(reader, lane))
                    works.push_back(std::make_unique<Work>(std::move(*work)));
                else
                    stale.push_back(lane.account);
            } catch (const Error& fault) {
                // One account's damaged row does not stop the others.
                if (fault.code() != Code::storage_corrupt && fault.code() != Code::internal)
                    throw;
                set_aside(lane.account, fault);
            }
        }
        return works;
    });
}

// Leaves in `works` what was claimed.
bool Engine::claim(std::vector<std::unique_ptr<Work>>& works, const std::vector<AccountId>& stale) {
    std::vector<std::unique_ptr<Work>> claimed;
    store_.write([&](store::Transaction& transaction) {
        for (const auto& account : stale)
            delivery::reset_lane(transaction, account);
        for (auto& work : works) {
            if (!deliverer_.claim(transaction, *work))
                work->lane.reset();
        }
    });
    for (auto& work : works) {
        deliverer_.intended(*work);
        if (work->lane)
            claimed.push_back(std::move(work));
    }
    works = std::move(claimed);
    return !works.empty() || !stale.empty();
}

Engine::Round Engine::round() {
    const auto free = pool_.free();
    if (free == 0)
        return {};
    std::vector<AccountId> stale;
    auto works = find_due(free, stale);
    Round result{works.size() + stale.size(), stale.size()};
    if (result.found == 0)
        return result;
    try {
        claim(works, stale);
    } catch (const Error& fault) {
        {
            // Whether it became durable is not certain; none of it was performed.
            const std::scoped_lock lock(mutex_);
            has_orphans_ = true;
        }
        if (works.size() == 1 && !may_pass(fault.code())) {
            set_aside(works.front()->post.account, fault);
            return {};
        }
        if (may_pass(fault.code()))
            throw;
        // One of them cannot be written: find out which.
        std::vector<std::unique_ptr<Work>> fine;
        for (auto& work : works) {
            std::vector<std::unique_ptr<Work>> one;
            const auto account = work->post.account;
            one.push_back(std::move(work));
            try {
                claim(one, {});
                for (auto& claimed : one)
                    fine.push_back(std::move(claimed));
            } catch (const Error& its_fault) {
                if (may_pass(its_fault.code()))
                    throw;
                set_aside(account, its_fault);
            }
        }
        works = std::move(fine);
    }
    for (auto& work : works) {
        ++result.settled;
        if (work->next == delivery::Next::rest)
            count(*work);
        else
            pool_.start(std::move(work));
    }
    return result;
}

}  // namespace caas::flow
