// What is read of a post before its claim.
#include <unordered_map>
#include <utility>

#include "core/base/error.h"
#include "core/flow/deliver.h"

namespace caas::flow {
namespace {

using delivery::Ending;
using delivery::Next;
using delivery::Outcome;
using delivery::Verdict;

bool is_of_the_store(Code code) {
    return code == Code::storage_full || code == Code::storage_read_only ||
           code == Code::storage_corrupt || code == Code::storage_newer || code == Code::busy;
}

// Nobody is there to be shown the hint when a post is tried: it goes into what the post says.
std::string with_hint(const Error& error) {
    const std::string what = error.what();
    if (error.hint().empty())
        return what;
    return what + (what.ends_with('.') ? " " : ". ") + error.hint();
}

}  // namespace

// What to do with a post that is due. Rest, when it cannot go on; `work.change` then says why.
Verdict Deliverer::load(store::Reader& reader, Work& work, Opened* opened) const {
    const auto now = clock_.now();
    const bool is_doubtful = delivery::tail(work.journal).is_doubtful;
    auto verdict = machine_.open(work.post, work.journal, work.policy, now);
    work.change.pass(verdict.event, work.post);
    if (verdict.next == Next::rest)
        return verdict;
    bool is_opening = false;
    try {
        work.driver = doors_.driver(work.post.platform);
        if (work.driver == nullptr || !work.driver->can_publish())
            throw Error(
                Code::platform_refused,
                "This version of caas cannot publish to " + work.post.platform + ".");
        work.publication = doors_.publication(reader, work.post);
        is_opening = true;
        if (opened == nullptr)
            work.access = doors_.open(reader, work.post.account);
        else if (opened->refusal)
            throw *opened->refusal;
        else
            work.access = std::move(opened->access);
        return verdict;
    } catch (const Error& error) {
        if (is_of_the_store(error.code()))
            throw;
        // Nothing is wrong with the post when the database is away: then this throws.
        reader.query("SELECT 1", {});
        const auto code = std::string(facts(error.code()).name);
        if (error.code() == Code::platform_sign_in) {
            Outcome why;
            why.ending = Ending::sign_in;
            why.code = code;
            why.message = error.what();
            verdict = machine_.after_refresh(work.post, work.journal, &why, work.policy, now);
            work.stop = AccountStop{true, code, error.what()};
        } else if (facts(error.code()).is_temporary || is_doubtful || is_opening) {
            // An account that cannot be opened (a wrong secret key) is no fault of the post.
            verdict = machine_.put_off(
                work.post,
                work.journal,
                code,
                is_opening ? with_hint(error) : error.what(),
                work.policy,
                now);
        } else {
            verdict = machine_.give_up(work.post, work.journal, code, error.what(), now);
        }
    }
    work.change.pass(verdict.event, work.post);
    return verdict;
}

void Deliverer::begin_with(store::Reader& reader, Work& work, Opened* opened) const {
    work.policy = opened != nullptr ? opened->policy : doors_.policy(reader, work.post.account);
    const auto journal = work.journal;
    const auto verdict = load(reader, work, opened);
    work.next = verdict.next;
    if (verdict.next != Next::rest)
        follow(work, verdict, false);
    write_down(work, journal);
}

std::optional<Work> Deliverer::prepare(
    store::Reader& reader, const delivery::DueLane& lane, const std::optional<PostId>& only) const {
    if (!only) {
        const auto works = prepare(reader, std::span(&lane, 1));
        return works.front() ? std::optional(std::move(*works.front())) : std::nullopt;
    }
    auto post = delivery::find_post(reader, *only);
    if (!post || !post->wake_at || *post->wake_at > clock_.now())
        return std::nullopt;
    std::optional<Work> work(std::in_place, std::move(*post));
    work->seen = lane;
    work->journal = delivery::read_journal(reader, work->post.id);
    begin_with(reader, *work, nullptr);
    return work;
}

std::vector<std::unique_ptr<Work>> Deliverer::prepare(
    store::Reader& reader, std::span<const delivery::DueLane> lanes) const {
    std::vector<std::unique_ptr<Work>> works(lanes.size());
    std::vector<AccountId> accounts;
    std::unordered_map<AccountId, std::size_t> place;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        accounts.push_back(lanes[i].account);
        place.emplace(lanes[i].account, i);
    }
    const auto now = clock_.now();
    std::vector<PostId> ids;
    for (auto& post : delivery::first_posts(reader, accounts)) {
        if (*post.wake_at > now)
            continue;
        const auto at = place.at(post.account);
        ids.push_back(post.id);
        works[at] = std::make_unique<Work>(std::move(post));
        works[at]->seen = lanes[at];
    }
    auto journals = delivery::read_journals(reader, ids);
    std::unordered_map<AccountId, Opened> opened;
    if (doors_.open_all && !ids.empty()) {
        for (auto& one : doors_.open_all(reader, accounts)) {
            auto account = one.account;
            opened.emplace(std::move(account), std::move(one));
        }
    }
    for (auto& work : works) {
        if (!work)
            continue;
        const auto journal = journals.find(work->post.id);
        if (journal != journals.end())
            work->journal = std::move(journal->second);
        const auto known = opened.find(work->post.account);
        begin_with(reader, *work, known == opened.end() ? nullptr : &known->second);
    }
    return works;
}

}  // namespace caas::flow
