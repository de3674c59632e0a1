#include "core/text/nearest.h"

#include <algorithm>
#include <vector>

#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

// Longer words than this are no typing mistakes, and comparing costs their product.
constexpr std::size_t word_limit = 100;

std::u32string points_of(std::string_view word) {
    const std::string folded = fold(word.substr(0, 4 * word_limit));
    std::u32string points;
    for (std::size_t at = 0; at < folded.size() && points.size() < word_limit;) {
        const Point point = decode(folded, at);
        points.push_back(point.value);
        at += point.size;
    }
    return points;
}

std::size_t steps(const std::u32string& a, const std::u32string& b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

template <typename Text>
std::string_view nearest_of(std::string_view word, std::span<const Text> candidates) {
    const std::u32string asked = points_of(word);
    if (asked.empty()) {
        return {};
    }
    const std::size_t allowed = std::max<std::size_t>(1, asked.size() / 3);
    std::string_view best;
    std::size_t fewest = allowed + 1;
    for (const Text& candidate : candidates) {
        const std::u32string known = points_of(candidate);
        std::size_t count = steps(asked, known);
        // "insta" means "instagram", however much is missing, unless something is nearer.
        if (asked.size() >= 3 && known.compare(0, asked.size(), asked) == 0) {
            count = std::min(count, allowed);
        }
        if (count < fewest) {
            fewest = count;
            best = candidate;
        }
    }
    return best;
}

}  // namespace

std::size_t distance(std::string_view a, std::string_view b) {
    return steps(points_of(a), points_of(b));
}

std::string_view nearest(std::string_view word, std::span<const std::string> candidates) {
    return nearest_of(word, candidates);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    return nearest_of(word, candidates);
}

}  // namespace caas::text
