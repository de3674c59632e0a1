#include "core/text/sequence_diff.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/core/text/random_text.h"

namespace caas::text {
namespace {

using Ids = std::vector<std::uint32_t>;

// How many elements are taken away and added.
std::size_t edits(const std::vector<Replacement>& all) {
    std::size_t count = 0;
    for (const Replacement& r : all) {
        count += r.old_end - r.old_begin + r.new_end - r.new_begin;
    }
    return count;
}

bool turns(const Ids& a, const Ids& b, const std::vector<Replacement>& all) {
    Ids out;
    std::size_t at = 0;
    for (const Replacement& r : all) {
        if (r.old_begin < at || r.old_end < r.old_begin || r.old_end > a.size()) {
            return false;
        }
        out.insert(
            out.end(),
            a.begin() + static_cast<std::ptrdiff_t>(at),
            a.begin() + static_cast<std::ptrdiff_t>(r.old_begin));
        out.insert(
            out.end(),
            b.begin() + static_cast<std::ptrdiff_t>(r.new_begin),
            b.begin() + static_cast<std::ptrdiff_t>(r.new_end));
        at = r.old_end;
    }
    out.insert(out.end(), a.begin() + static_cast<std::ptrdiff_t>(at), a.end());
    return out == b;
}

// The fewest edits by the textbook table, to check against.
std::size_t fewest_edits(const Ids& a, const Ids& b) {
    std::vector<std::vector<std::size_t>> common(
        a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            common[i][j] = a[i - 1] == b[j - 1] ? common[i - 1][j - 1] + 1
                                                : std::max(common[i - 1][j], common[i][j - 1]);
        }
    }
    return a.size() + b.size() - 2 * common[a.size()][b.size()];
}

Ids random_ids(RandomText& chance, std::size_t size, std::size_t kinds) {
    Ids out;
    for (std::size_t i = 0; i < size; ++i) {
        out.push_back(static_cast<std::uint32_t>(chance.below(kinds)));
    }
    return out;
}

TEST_CASE("equal sequences have no replacement") {
    CHECK(sequence_diff(Ids{}, Ids{}).empty());
    CHECK(sequence_diff(Ids{1, 2}, Ids{1, 2}).empty());
}

TEST_CASE("one sequence may be empty") {
    CHECK(edits(sequence_diff(Ids{1, 2}, Ids{})) == 2);
    CHECK(edits(sequence_diff(Ids{}, Ids{1})) == 1);
}

TEST_CASE("small sequences get the shortest difference") {
    RandomText chance(13);
    for (int i = 0; i < 300; ++i) {
        const Ids a = random_ids(chance, chance.below(20), 4);
        const Ids b = random_ids(chance, chance.below(20), 4);

        const auto found = sequence_diff(a, b);

        CHECK(turns(a, b, found));
        CHECK(edits(found) == fewest_edits(a, b));
    }
}

TEST_CASE("long sequences that share little are still turned into each other") {
    RandomText chance(14);
    const Ids a = random_ids(chance, 20000, 3000);
    const Ids b = random_ids(chance, 20000, 3000);

    CHECK(turns(a, b, sequence_diff(a, b)));
}

TEST_CASE("long sequences are cut at what occurs once in both") {
    RandomText chance(15);
    Ids a = random_ids(chance, 3000, 50);
    Ids b = random_ids(chance, 3000, 50);
    a[1500] = 1000;
    b[1200] = 1000;

    const auto found = sequence_diff(a, b);

    CHECK(turns(a, b, found));
    CHECK(edits(found) < a.size() + b.size());
}

TEST_CASE("sequences with nothing in common are replaced whole") {
    Ids a(5000, 1);
    Ids b(5000, 2);

    const auto found = sequence_diff(a, b);

    CHECK(found.size() == 1);
    CHECK(turns(a, b, found));
}

}  // namespace
}  // namespace caas::text
