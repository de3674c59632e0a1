#include "cli/scdoc.h"

namespace caas::cli {

std::string scdoc_escaped(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (letter == '*' || letter == '_' || letter == '\\')
            out += '\\';
        out += letter;
    }
    return out;
}

}  // namespace caas::cli
