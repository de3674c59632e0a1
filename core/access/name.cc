#include "core/access/name.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/text/blank.h"
#include "core/text/utf8.h"

namespace caas::access {

void check_name(std::string_view name, std::string_view what) {
    text::require(name, what);
    const bool is_fit = !text::is_blank(name) && name.size() <= most_name_bytes &&
                        name.front() != ' ' && name.back() != ' ' &&
                        std::none_of(name.begin(), name.end(), [](char c) {
                            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                        });
    if (!is_fit)
        throw Error(
            Code::invalid,
            std::string(what) + " is one line of 1 to " + std::to_string(most_name_bytes) +
                " bytes without blanks around it",
            "give it a shorter one",
            {{"/name", "name.form", "is not one short line"}});
}

}  // namespace caas::access
