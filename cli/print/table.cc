#include "cli/print/table.h"

#include <algorithm>
#include <numeric>

#include "cli/print/width.h"

namespace caas::cli::print {
namespace {

constexpr int gap = 2;
constexpr int least_width = 8;

// Takes the excess away from the columns that give way, always from the widest.
void fit(std::vector<int>& widths, const std::vector<Column>& columns, int room) {
    int total = std::accumulate(widths.begin(), widths.end(), 0);
    for (const int width : widths)
        total += width > 0 ? gap : 0;
    total -= gap;
    while (total > room) {
        std::size_t widest = columns.size();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].gives_way && widths[i] > least_width &&
                (widest == columns.size() || widths[i] > widths[widest]))
                widest = i;
        }
        if (widest == columns.size())
            return;
        --widths[widest];
        --total;
    }
}

}  // namespace

void Table::add(std::vector<Cell> cells) {
    for (auto& cell : cells)
        cell.text = one_line(cell.text);
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::text(int width, const Paint& paint) const {
    std::vector<int> widths(columns_.size(), 0);
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], print::width(row[i].text));
    }
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] > 0)
            widths[i] = std::max(widths[i], print::width(columns_[i].title));
    }
    if (width > 0)
        fit(widths, columns_, width);
    std::string out;
    const auto line = [&](auto&& cell_at) {
        std::string row;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (widths[i] == 0)
                continue;
            const auto [text, colour] = cell_at(i);
            const auto shown = cut(text, widths[i]);
            const int missing = widths[i] - print::width(shown);
            const std::string space(static_cast<std::size_t>(std::max(0, missing)), ' ');
            row +=
                columns_[i].is_right ? space + paint(colour, shown) : paint(colour, shown) + space;
            row += std::string(gap, ' ');
        }
        while (!row.empty() && row.back() == ' ')
            row.pop_back();
        out += row + "\n";
    };
    line([&](std::size_t i) { return Cell{std::string(columns_[i].title), Colour::faint}; });
    for (const auto& row : rows_)
        line([&](std::size_t i) { return row[i]; });
    return out;
}

std::string fields(
    const std::vector<std::pair<std::string_view, Cell>>& pairs, const Paint& paint) {
    int widest = 0;
    for (const auto& [name, cell] : pairs) {
        if (!cell.text.empty())
            widest = std::max(widest, width(name));
    }
    std::string out;
    for (const auto& [name, cell] : pairs) {
        if (cell.text.empty())
            continue;
        out += paint(Colour::faint, padded(name, widest + gap));
        out += paint(cell.colour, one_line(cell.text)) + "\n";
    }
    return out;
}

}  // namespace caas::cli::print
