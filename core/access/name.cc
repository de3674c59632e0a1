#include "core/access/name.h"

#include <string>

#include "core/base/error.h"
#include "core/text/blank.h"
#include "core/text/steering.h"
#include "core/text/utf8.h"

namespace caas::access {

void check_name(std::string_view name, std::string_view what) {
    text::require(name, what);
    const bool is_fit = !text::is_blank(name) && name.size() <= most_name_bytes &&
                        name.front() != ' ' && name.back() != ' ' && !text::is_steering(name);
    if (!is_fit)
        throw Error(
            Code::invalid,
            std::string(what) + " is one line of 1 to " + std::to_string(most_name_bytes) +
                " bytes without blanks around it or characters that are not shown",
            "give it another one",
            {{"/name", "name.form", "is not one short line"}});
}

}  // namespace caas::access
