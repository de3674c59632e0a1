#include "core/text/sequence_diff.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace caas::text {
namespace {

using Ids = std::span<const std::uint32_t>;

// Edits up to which the shortest difference is looked for; its memory grows with the square (2 MB).
constexpr std::ptrdiff_t edit_limit = 1000;
constexpr int depth_limit = 6;

// An equal pair of elements: places in the two sequences.
struct Match {
    std::size_t a;
    std::size_t b;
};

class Differ {
  public:
    Differ(Ids a, Ids b) : a_(a), b_(b) {}

    // Adds the equal pairs of a[a0, a1) and b[b0, b1), in order.
    void match(std::size_t a0, std::size_t a1, std::size_t b0, std::size_t b1, int depth) {
        while (a0 < a1 && b0 < b1 && a_[a0] == b_[b0]) {
            matches_.push_back({a0++, b0++});
        }
        std::size_t tail = 0;
        while (a0 < a1 && b0 < b1 && a_[a1 - 1] == b_[b1 - 1]) {
            --a1;
            --b1;
            ++tail;
        }
        if (a0 < a1 && b0 < b1) {
            match_middle(a0, a1, b0, b1, depth);
        }
        for (std::size_t i = 0; i < tail; ++i) {
            matches_.push_back({a1 + i, b1 + i});
        }
    }

    const std::vector<Match>& matches() const { return matches_; }

  private:
    void match_middle(std::size_t a0, std::size_t a1, std::size_t b0, std::size_t b1, int depth) {
        if (shortest(a0, a1, b0, b1) || depth >= depth_limit) {
            return;
        }
        const std::vector<Match> anchors = unique_matches(a0, a1, b0, b1);
        if (anchors.empty()) {
            return;
        }
        for (const Match& anchor : anchors) {
            match(a0, anchor.a, b0, anchor.b, depth + 1);
            matches_.push_back(anchor);
            a0 = anchor.a + 1;
            b0 = anchor.b + 1;
        }
        match(a0, a1, b0, b1, depth + 1);
    }

    // Myers' greedy search, forward, with the reached ends of every round kept for the way back.
    // False, and nothing added, when it takes more than edit_limit edits.
    bool shortest(std::size_t a0, std::size_t a1, std::size_t b0, std::size_t b1) {
        const auto n = static_cast<std::ptrdiff_t>(a1 - a0);
        const auto m = static_cast<std::ptrdiff_t>(b1 - b0);
        const std::ptrdiff_t most = std::min(edit_limit, n + m);
        const auto slot = [most](std::ptrdiff_t k) {
            return static_cast<std::size_t>(k + most + 1);
        };
        std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * most + 3), 0);
        std::vector<std::vector<std::int32_t>> rounds;
        for (std::ptrdiff_t d = 0; d <= most; ++d) {
            std::vector<std::int32_t> round(static_cast<std::size_t>(d + 1));
            for (std::ptrdiff_t k = -d; k <= d; k += 2) {
                const bool comes_down =
                    k == -d || (k != d && reach[slot(k - 1)] < reach[slot(k + 1)]);
                std::ptrdiff_t x = comes_down ? reach[slot(k + 1)] : reach[slot(k - 1)] + 1;
                std::ptrdiff_t y = x - k;
                while (x >= 0 && y >= 0 && x < n && y < m && same(a0, x, b0, y)) {
                    ++x;
                    ++y;
                }
                reach[slot(k)] = x;
                round[static_cast<std::size_t>((k + d) / 2)] = static_cast<std::int32_t>(x);
                if (x >= n && y >= m) {
                    rounds.push_back(std::move(round));
                    walk_back(rounds, n, m, a0, b0);
                    return true;
                }
            }
            rounds.push_back(std::move(round));
        }
        return false;
    }

    void walk_back(
        const std::vector<std::vector<std::int32_t>>& rounds,
        std::ptrdiff_t x,
        std::ptrdiff_t y,
        std::size_t a0,
        std::size_t b0) {
        std::vector<Match> found;
        const auto take_to = [&](std::ptrdiff_t until) {
            while (x > until) {
                --x;
                --y;
                found.push_back(
                    {a0 + static_cast<std::size_t>(x), b0 + static_cast<std::size_t>(y)});
            }
        };
        for (auto d = static_cast<std::ptrdiff_t>(rounds.size()) - 1; d > 0; --d) {
            const auto& before = rounds[static_cast<std::size_t>(d - 1)];
            const auto reached = [&](std::ptrdiff_t k) -> std::ptrdiff_t {
                return before[static_cast<std::size_t>((k + d - 1) / 2)];
            };
            const std::ptrdiff_t k = x - y;
            const bool comes_down = k == -d || (k != d && reached(k - 1) < reached(k + 1));
            const std::ptrdiff_t from = comes_down ? reached(k + 1) : reached(k - 1);
            take_to(comes_down ? from : from + 1);
            x = from;
            y = from - (comes_down ? k + 1 : k - 1);
        }
        take_to(0);
        matches_.insert(matches_.end(), found.rbegin(), found.rend());
    }

    bool same(std::size_t a0, std::ptrdiff_t x, std::size_t b0, std::ptrdiff_t y) const {
        return a_[a0 + static_cast<std::size_t>(x)] == b_[b0 + static_cast<std::size_t>(y)];
    }

    // The longest ascending chain of elements that occur once on either side.
    std::vector<Match> unique_matches(
        std::size_t a0, std::size_t a1, std::size_t b0, std::size_t b1) const {
        struct Seen {
            std::size_t count_a = 0;
            std::size_t count_b = 0;
            std::size_t b = 0;
        };

        std::unordered_map<std::uint32_t, Seen> seen;
        for (std::size_t i = a0; i < a1; ++i) {
            ++seen[a_[i]].count_a;
        }
        for (std::size_t i = b0; i < b1; ++i) {
            Seen& entry = seen[b_[i]];
            ++entry.count_b;
            entry.b = i;
        }
        std::vector<Match> pairs;
        for (std::size_t i = a0; i < a1; ++i) {
            const Seen& entry = seen[a_[i]];
            if (entry.count_a == 1 && entry.count_b == 1) {
                pairs.push_back({i, entry.b});
            }
        }
        return longest_chain(pairs);
    }

    static std::vector<Match> longest_chain(const std::vector<Match>& pairs) {
        std::vector<std::size_t> tops;  // index of the pair that ends the best chain of each length
        std::vector<std::optional<std::size_t>> before(pairs.size());
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const auto place = std::lower_bound(
                tops.begin(), tops.end(), pairs[i].b, [&pairs](std::size_t top, std::size_t b) {
                    return pairs[top].b < b;
                });
            if (place != tops.begin()) {
                before[i] = *std::prev(place);
            }
            if (place == tops.end()) {
                tops.push_back(i);
            } else {
                *place = i;
            }
        }
        std::vector<Match> chain;
        std::optional<std::size_t> at;
        if (!tops.empty()) {
            at = tops.back();
        }
        for (; at; at = before[*at]) {
            chain.push_back(pairs[*at]);
        }
        std::reverse(chain.begin(), chain.end());
        return chain;
    }

    Ids a_;
    Ids b_;
    std::vector<Match> matches_;
};

}  // namespace

std::vector<Replacement> sequence_diff(
    std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    Differ differ(a, b);
    differ.match(0, a.size(), 0, b.size(), 0);
    std::vector<Replacement> out;
    std::size_t in_a = 0;
    std::size_t in_b = 0;
    const auto step_to = [&](std::size_t to_a, std::size_t to_b) {
        if (to_a > in_a || to_b > in_b) {
            out.push_back({in_a, to_a, in_b, to_b});
        }
        in_a = to_a + 1;
        in_b = to_b + 1;
    };
    for (const Match& match : differ.matches()) {
        step_to(match.a, match.b);
    }
    step_to(a.size(), b.size());
    return out;
}

}  // namespace caas::text
