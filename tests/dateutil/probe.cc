// Reads lines "COUNT<tab>START<tab>RULE" and prints, for each, the first COUNT occurrences in one
// line, with commas between; for compare.py.
#include <cstdlib>
#include <iostream>
#include <string>

#include "core/base/error.h"
#include "core/schedule/occurrences.h"

int main() {
    using caas::schedule::Occurrences;
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        const auto most = std::atoi(line.substr(0, first).c_str());
        const auto start = caas::schedule::parse_wall(line.substr(first + 1, second - first - 1));
        try {
            // Through its own text, so that what is stored means the same.
            const auto rule = caas::schedule::parse_rule(line.substr(second + 1), "UTC");
            Occurrences times(
                caas::schedule::parse_rule(caas::schedule::rule_text(rule), "UTC"), start.value());
            std::string out;
            std::optional<caas::schedule::Wall> before;
            for (int i = 0; i < most; ++i) {
                const auto wall = times.next();
                if (!wall)
                    break;
                out += (i == 0 ? "" : ",") + caas::schedule::wall_text(*wall);
                // Skipping there from the start finds the same.
                Occurrences again(rule, *start);
                if (before)
                    again.skip_past(*before);
                if (again.next() != wall)
                    out += "!";
                before = wall;
            }
            std::cout << out << "\n";
        } catch (const caas::Error& error) {
            std::cout << "error: " << error.what() << "\n";
        }
    }
    return 0;
}
