#include "cli/input.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/content/text_form.h"
#include "core/text/utf8.h"

namespace caas::cli {
namespace {

constexpr std::size_t piece_bytes = 64U << 10U;
// As far ahead as anything is planned.
constexpr std::int64_t most_seconds = std::int64_t{5} * 366 * 86400;

std::string read_standard_input(Call& call) {
    if (call.terminal().is_terminal(Stream::in))
        throw Error(
            Code::usage,
            "`-` reads standard input, and that is your keyboard",
            "pipe a text into it: caas " + call.path() + " - < FILE");
    std::string text;
    std::vector<char> piece(piece_bytes);
    while (const auto count = call.terminal().read(piece)) {
        text.append(piece.data(), count);
        require_size(text, "Standard input");
    }
    return text;
}

// One line with its end taken off `rest`.
std::string_view take_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end == std::string_view::npos ? end : end + 1);
    rest.remove_prefix(line.size());
    return line;
}

void drop_line_end(std::string& text) {
    if (!text.empty() && text.back() == '\n')
        text.pop_back();
    if (!text.empty() && text.back() == '\r')
        text.pop_back();
}

// Files of Windows end their lines with two characters; a post has one.
void add_line(std::string& text, std::string_view line) {
    const bool has_two = line.size() >= 2 && line.substr(line.size() - 2) == "\r\n";
    text += has_two ? line.substr(0, line.size() - 2) : line;
    if (has_two)
        text += '\n';
}

[[noreturn]] void no_length(std::string_view given, std::string_view option) {
    throw Error(
        Code::usage,
        "`--" + std::string(option) + "` takes a length of time, not `" + std::string(given) + "`",
        "such as 30s, 45min, 2h, 1d12h or 2w");
}

[[noreturn]] void too_long(std::string_view given, std::string_view option) {
    throw Error(
        Code::usage,
        "`" + std::string(given) + "` is too long for `--" + std::string(option) + "`",
        "five years are the most");
}

}  // namespace

void require_size(std::string_view text, std::string_view what) {
    if (text.size() > most_input_bytes)
        throw Error(Code::too_large, std::string(what) + " is larger than 1 MiB", "shorten it");
}

std::string read_text(Call& call, const std::string& file) {
    if (file == "-") {
        auto text = read_standard_input(call);
        text::require(text, "Standard input");
        drop_byte_order_mark(text);
        return text;
    }
    if (file.empty())
        throw Error(
            Code::usage,
            "The name of the file is empty",
            "name a file, or write - for standard input");
    auto text = read_file(file, most_input_bytes);
    text::require(text, "`" + file + "`");
    drop_byte_order_mark(text);
    return text;
}

void drop_byte_order_mark(std::string& text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark))
        text.erase(0, mark.size());
}

std::string with_plain_line_ends(std::string_view text) {
    std::string out;
    while (!text.empty())
        add_line(out, take_line(text));
    return out;
}

std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts(1);
    while (!text.empty()) {
        const auto line = take_line(text);
        if (content::is_part_line(line))
            parts.emplace_back();
        else
            add_line(parts.back(), content::unescaped(line));
    }
    for (auto& part : parts)
        drop_line_end(part);
    return parts;
}

std::string joined_parts(const std::vector<std::string>& parts) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i)
        out += (i == 0 ? "" : "---\n") + content::escaped(parts[i]) + "\n";
    return out;
}

std::int64_t seconds_of(std::string_view given, std::string_view option) {
    struct Unit {
        std::string_view name;
        std::int64_t seconds;
    };

    constexpr std::array<Unit, 10> units{{
        {"s", 1},
        {"sec", 1},
        {"m", 60},
        {"min", 60},
        {"h", 3600},
        {"hours", 3600},
        {"d", 86400},
        {"days", 86400},
        {"w", 604800},
        {"weeks", 604800},
    }};
    auto text = given;
    std::int64_t total = 0;
    bool has_any = false;
    bool is_long = false;
    while (!text.empty()) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        std::int64_t count = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (fault == std::errc::invalid_argument || text.front() == '-')
            no_length(given, option);
        is_long = is_long || fault != std::errc() || count > most_seconds;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        while (!text.empty() && text.front() == ' ')
            text.remove_prefix(1);
        std::size_t letters = 0;
        while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z')
            ++letters;
        const auto name = text.substr(0, letters);
        const auto* unit = std::find_if(
            units.begin(), units.end(), [&](const Unit& each) { return each.name == name; });
        if (unit == units.end())
            no_length(given, option);
        total = is_long ? 0 : total + count * unit->seconds;
        is_long = is_long || total > most_seconds;
        text.remove_prefix(letters);
        has_any = true;
    }
    if (!has_any)
        no_length(given, option);
    if (is_long)
        too_long(given, option);
    return total;
}

}  // namespace caas::cli
