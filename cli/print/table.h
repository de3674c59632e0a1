// Rows under aligned headings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/print/paint.h"

namespace caas::cli::print {

struct Column {
    std::string_view title;
    bool is_right = false;
    // Gives way when the terminal is too narrow: cut with "…", but not below eight columns.
    bool gives_way = false;
};

struct Cell {
    std::string text = {};
    Colour colour = Colour::plain;
};

class Table {
  public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // As many cells as there are columns. Line ends inside a cell become spaces.
    void add(std::vector<Cell> cells);

    bool empty() const { return rows_.empty(); }

    // `width`: of the terminal; 0 cuts nothing. A column that is empty in every row is left out.
    std::string text(int width, const Paint& paint) const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

// "name   value" lines with aligned values; pairs with an empty value are left out.
std::string fields(const std::vector<std::pair<std::string_view, Cell>>& pairs, const Paint& paint);

}  // namespace caas::cli::print
