// Measures the queue and prints one line of JSON: caas_bench_queue CASE [--name value …]
//
//   schedule   --mode single|par|bulk   posts a second into the queue (par: --callers threads)
//   deliver    the engine, from the first call to the last outcome on disk
//   grow       the same for the first and the last 10,000 of --posts
//   late       --shape even|burst       how late each of --posts starts; even: over 20 s; all are
//                                       scheduled within --lead seconds before
//   next       the next-due query beside --posts scheduled
//   http       deliver to a sink on loopback, one request a post
//
// Every case works in a new folder below --folder and removes it. --database URL: on PostgreSQL, in
// a database that is empty.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "core/delivery/lane.h"
#include "tests/bench/queue/driver.h"
#include "tests/bench/queue/home.h"

namespace caas::bench {
namespace {

constexpr int in_bulk = 500;  // posts a call
using Words = std::map<std::string, std::string>;

double seconds_since(std::int64_t start) {
    return static_cast<double>(wall_ns() - start) / 1e9;
}

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void fill(Home& home, int posts, Instant due, Milliseconds apart = {}) {
    for (int i = 0; i < posts; i += in_bulk)
        home.schedule(i, std::min(in_bulk, posts - i), due + i * apart, apart);
}

void schedule(Home& home, const std::string& mode) {
    const auto due = home.clock.now() + std::chrono::hours(1);
    const int posts = home.setting.posts;
    fill(home, in_bulk, due);
    const auto start = wall_ns();
    const auto one = [&](int i) {
        flow::make_posts(home.tools, home.owner, home.order(i, due + Milliseconds(i)));
    };
    if (mode == "single") {
        for (int i = 0; i < posts; ++i)
            one(i);
    } else if (mode == "par") {
        std::atomic<int> next = 0;
        std::vector<std::jthread> callers;
        for (int k = 0; k < home.setting.callers; ++k)
            callers.emplace_back([&] {
                for (int i = next++; i < posts; i = next++)
                    one(i);
            });
        callers.clear();
    } else {
        fill(home, posts, due, Milliseconds(1));
    }
    std::printf("{\"rate\":%.0f}\n", posts / seconds_since(start));
}

void deliver(Home& home) {
    const int posts = home.setting.posts;
    fill(home, posts, home.clock.now());
    expect_calls(static_cast<std::size_t>(posts));
    flow::Engine engine(home.parts(), home.options());
    const auto used = cpu_seconds();
    const auto counts = engine.run_once({});
    const auto first = calls().front().at;
    const auto took = seconds_since(first);
    std::printf(
        "{\"rate\":%.0f,\"published\":%d,\"cpu_us\":%.1f}\n",
        posts / took,
        counts.published,
        (cpu_seconds() - used) * 1e6 / posts);
}

void grow(Home& home) {
    constexpr int part = 10'000;
    const int posts = home.setting.posts;
    // Each call with the time it is made at: a minute later the first one's would be in the past.
    for (int i = 0; i < posts; i += in_bulk)
        home.schedule(i, std::min(in_bulk, posts - i), home.clock.now(), {});
    expect_calls(static_cast<std::size_t>(posts));
    flow::Engine engine(home.parts(), home.options());
    engine.run_once({});
    const auto begun = calls();
    const auto rate = [&](std::size_t from) {
        return part / (static_cast<double>(begun[from + part - 1].at - begun[from].at) / 1e9);
    };
    std::printf("{\"first\":%.0f,\"last\":%.0f}\n", rate(0), rate(begun.size() - part));
}

void late(Home& home, const std::string& shape, std::chrono::seconds lead) {
    const int posts = home.setting.posts;
    const bool is_even = shape == "even";
    const auto start = home.clock.now() + lead;
    const auto span = std::chrono::seconds(20);
    if (is_even)
        for (int i = 0; i < posts; i += in_bulk)
            home.schedule(i, in_bulk, start + i * span / posts, Milliseconds(span) / posts);
    else
        fill(home, posts, start);
    if (home.clock.now() >= start)
        throw std::runtime_error("scheduling took longer than the lead");
    expect_calls(static_cast<std::size_t>(posts));
    flow::Engine engine(home.parts(), home.options());
    {
        std::jthread runner([&](const std::stop_token& stop) { engine.run(stop); });
        while (calls_begun() < static_cast<std::size_t>(posts))
            home.clock.sleep(std::chrono::milliseconds(20), {});
    }
    std::vector<double> ms;
    for (const auto& begun : calls())
        ms.push_back(static_cast<double>(begun.at - begun.due) / 1e6);
    std::sort(ms.begin(), ms.end());
    std::printf(
        "{\"p50\":%.2f,\"p99\":%.2f,\"last\":%.1f,\"first\":%.2f}\n",
        ms[ms.size() / 2],
        ms[ms.size() * 99 / 100],
        ms.back(),
        ms.front());
}

void next_due(Home& home) {
    constexpr int times = 10'000;
    fill(home, home.setting.posts, home.clock.now() + std::chrono::hours(1), Milliseconds(1));
    const auto ask = [](store::Reader& reader) { return delivery::next_wake(reader); };
    home.store.read(ask);
    const auto start = wall_ns();
    for (int i = 0; i < times; ++i)
        home.store.read(ask);
    const auto leased = seconds_since(start);
    double bare = 0;
    home.store.read([&](store::Reader& reader) {
        const auto began = wall_ns();
        for (int i = 0; i < times; ++i)
            ask(reader);
        bare = seconds_since(began);
        return 0;
    });
    std::printf(
        "{\"us\":%.2f,\"with_snapshot_us\":%.2f}\n", bare * 1e6 / times, leased * 1e6 / times);
}

std::string word(const Words& words, const std::string& name, const std::string& otherwise) {
    const auto at = words.find(name);
    return at == words.end() ? otherwise : at->second;
}

int number(const Words& words, const std::string& name, int otherwise) {
    return std::atoi(word(words, name, std::to_string(otherwise)).c_str());
}

int run(const std::string& what, const Words& words) {
    Setting setting;
    setting.folder = std::filesystem::path(word(words, "--folder", "/tmp")) /
                     ("caas-bench-queue-" + std::to_string(::getpid()));
    setting.accounts = number(words, "--accounts", 1000);
    setting.callers = number(words, "--callers", 1);
    setting.posts = number(words, "--posts", 10'000);
    setting.database = word(words, "--database", "");
    if (what == "http")
        setting.sink = start_sink();
    std::filesystem::remove_all(setting.folder);
    {
        Home home(setting);
        if (what == "schedule")
            schedule(home, word(words, "--mode", "single"));
        else if (what == "deliver" || what == "http")
            deliver(home);
        else if (what == "grow")
            grow(home);
        else if (what == "late")
            late(
                home,
                word(words, "--shape", "even"),
                std::chrono::seconds(number(words, "--lead", 2)));
        else if (what == "next")
            next_due(home);
        else
            return 2;
    }
    std::filesystem::remove_all(setting.folder);
    return 0;
}

}  // namespace
}  // namespace caas::bench

int main(int count, char** words) {
    caas::bench::Words named;
    for (int i = 2; i + 1 < count; i += 2)
        named[words[i]] = words[i + 1];
    try {
        return count > 1 ? caas::bench::run(words[1], named) : 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "caas_bench_queue: %s\n", e.what());
        return 1;
    }
}
