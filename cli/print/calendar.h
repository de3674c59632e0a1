// One month as a grid and what is due in it. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "cli/print/paint.h"

namespace caas::cli::print {

struct Month {
    int year = 1970;
    int month = 1;  // 1 to 12
};

struct Entry {
    int day = 1;
    std::string time;  // "09:00"
    std::string state;
    std::string text;
};

Month next(Month month);
int days_in(Month month);
// Weeks begin on Monday. Days with posts show how many; `today` is 0 when it is another month.
// `width` 0: nothing is cut.
std::string calendar(
    Month month, const std::vector<Entry>& entries, int today, int width, const Paint& paint);

}  // namespace caas::cli::print
