#include "tests/bench/queue/driver.h"

#include <algorithm>
#include <atomic>
#include <ctime>

#include "core/platform/limits.h"

namespace caas::bench {
namespace {

constexpr platform::Limits limits{};

// Written by workers without a lock: each call has its own place.
struct Record {
    std::vector<Begun> begun;
    std::atomic<std::size_t> count = 0;
};

Record& record() {
    static Record instance;
    return instance;
}

void note(const platform::Publication& publication) {
    auto& kept = record();
    const auto at = kept.count.fetch_add(1);
    if (at < kept.begun.size())
        kept.begun[at] = {wall_ns(), to_ms(publication.due_at) * 1'000'000};
}

std::optional<platform::Step> next(
    const platform::Publication& publication,
    const platform::Journal& journal,
    const platform::Access&,
    const platform::Tools&) {
    const bool is_out = std::ranges::any_of(journal, [](const platform::Entry& entry) {
        return entry.state == platform::StepState::done;
    });
    if (is_out)
        return std::nullopt;
    platform::Step step;
    step.name = "create";
    step.prepared = publication.parts.front().text;
    step.publishes = true;
    return step;
}

platform::Outcome do_nothing(
    const platform::Publication& publication,
    const platform::Step&,
    const platform::Journal&,
    const platform::Access&,
    const platform::Tools&) {
    note(publication);
    return platform::Done{publication.post.text(), "", ""};
}

platform::Outcome send(
    const platform::Publication& publication,
    const platform::Step& step,
    const platform::Journal&,
    const platform::Access& access,
    const platform::Tools& tools) {
    note(publication);
    net::Request request;
    request.method = "POST";
    request.url = access.base_url + "/post/" + publication.post.text();
    request.body = step.prepared;
    request.is_create = true;
    const auto result = tools.http.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        return platform::Unknown{"bench.failed", failure->message};
    return platform::Done{publication.post.text(), "", ""};
}

constexpr platform::Driver make(decltype(platform::Driver::perform) perform) {
    return {
        .id = "outbox",
        .title = "Bench",
        .limits = limits,
        .fields = {},
        .options = {},
        .connect = nullptr,
        .refresh = nullptr,
        .check = nullptr,
        .next = next,
        .perform = perform,
        .look = nullptr};
}

constexpr auto idle = make(do_nothing);
constexpr auto over_http = make(send);

}  // namespace

const platform::Driver& idle_driver() {
    return idle;
}

const platform::Driver& http_driver() {
    return over_http;
}

void expect_calls(std::size_t most) {
    record().begun.assign(most, {});
    record().count = 0;
}

std::size_t calls_begun() {
    return record().count;
}

std::vector<Begun> calls() {
    auto begun = record().begun;
    begun.resize(std::min(begun.size(), record().count.load()));
    return begun;
}

std::int64_t wall_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace caas::bench
