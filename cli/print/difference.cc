#include "cli/print/difference.h"

#include <nlohmann/json.hpp>

#include "cli/print/width.h"

namespace caas::cli::print {
namespace {

// Colour line by line: a terminal may forget it at the end of a line.
std::string painted_lines(Colour colour, std::string_view text, const Paint& paint) {
    std::string out;
    while (true) {
        const auto end = text.find('\n');
        out += paint(colour, text.substr(0, end));
        if (end == std::string_view::npos)
            return out;
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

std::string options_difference(const Json& options, const Paint& paint) {
    const auto side = [&](std::string_view name) {
        const auto* value = json::find(options, name);
        return value == nullptr ? std::string("{}") : harmless(json::dump(*value));
    };
    return "options " + paint(Colour::red, side("before")) + " -> " +
           paint(Colour::green, side("after")) + "\n";
}

}  // namespace

std::string difference(const Json& sections, bool is_unified, const Paint& paint) {
    std::string out;
    if (!sections.is_array())
        return out;
    for (const auto& section : sections) {
        const auto platform = json::text_or(section, "platform", "");
        const auto unified = json::text_or(section, "unified", "");
        const bool is_common = platform.empty();
        if (is_common && unified.empty() && sections.size() > 1)
            continue;  // only texts of platforms changed
        // A patch file stays one: its headings are lines that patch(1) skips.
        if (sections.size() > 1 || !is_common)
            out += (out.empty() ? "" : "\n") +
                   paint(Colour::bold, is_common ? "common text" : platform) + "\n";
        if (is_unified)
            out += unified_difference(unified, paint);
        else if (!unified.empty())
            out += word_difference(section.value("changes", Json::array()), paint);
        if (const auto* options = json::find(section, "options"); options != nullptr)
            out += options_difference(*options, paint);
    }
    return out;
}

std::string word_difference(const Json& changes, const Paint& paint) {
    std::string out;
    if (!changes.is_array())
        return out;
    for (const auto& change : changes) {
        const auto op = json::text_or(change, "op", "equal");
        const auto text = harmless(json::text_or(change, "text", ""));
        if (op == "equal")
            out += text;
        else if (paint.is_on())
            out += painted_lines(op == "insert" ? Colour::green : Colour::red, text, paint);
        else
            out += op == "insert" ? "{+" + text + "+}" : "[-" + text + "-]";
    }
    return out + "\n";
}

std::string unified_difference(std::string_view text, const Paint& paint) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        auto colour = Colour::plain;
        if (line.substr(0, 3) == "---" || line.substr(0, 3) == "+++")
            colour = Colour::bold;
        else if (line.substr(0, 2) == "@@")
            colour = Colour::cyan;
        else if (line.substr(0, 1) == "+")
            colour = Colour::green;
        else if (line.substr(0, 1) == "-")
            colour = Colour::red;
        out += paint(colour, harmless(line)) + "\n";
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

}  // namespace caas::cli::print
