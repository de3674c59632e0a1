#include "cli/help.h"

#include <algorithm>

#include "cli/parse.h"
#include "cli/print/width.h"

namespace caas::cli {
namespace {

constexpr int columns = 80;
constexpr int margin = 2;
constexpr int widest_name = 26;

struct Row {
    std::string name;
    std::string text;
};

// Names in one column, their texts in another, wrapped.
std::string rows_text(std::string_view title, const std::vector<Row>& rows) {
    if (rows.empty())
        return {};
    int widest = 0;
    for (const auto& row : rows) {
        if (print::width(row.name) <= widest_name)
            widest = std::max(widest, print::width(row.name));
    }
    const int indent = margin + widest + 2;
    std::string out = "\n" + std::string(title) + ":\n";
    for (const auto& row : rows) {
        auto text = print::wrapped(row.text, columns, indent);
        const auto name = std::string(margin, ' ') + row.name;
        if (print::width(name) + 2 > indent) {
            out += name;
            out += '\n';
            out += text;
        } else {
            text.replace(0, static_cast<std::size_t>(indent), print::padded(name, indent));
            out += text;
        }
    }
    return out;
}

std::string with_choices(std::string_view help, Kind kind) {
    std::string out(help);
    const auto values = choices(kind);
    if (values.empty() || kind == Kind::shell || kind == Kind::topic)
        return out;
    out += ": ";
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += i == 0 ? "" : i + 1 == values.size() ? " or " : ", ";
        out += values[i];
    }
    return out;
}

std::vector<Row> option_rows(std::span<const Option> options) {
    std::vector<Row> rows;
    for (const auto& option : options)
        rows.push_back({option_spelling(option, true), with_choices(option.help, option.kind)});
    return rows;
}

std::vector<Row> command_rows(std::span<const Command* const> commands) {
    std::vector<Row> rows;
    for (const auto* command : commands) {
        if (!command->is_hidden)
            rows.push_back({std::string(command->name), std::string(command->summary)});
    }
    return rows;
}

std::string examples_text(std::string_view examples) {
    return examples.empty() ? std::string()
                            : "\nExamples:\n" + print::wrapped(examples, 1000, margin);
}

std::string root_help(std::span<const Command* const> commands) {
    std::string out =
        "caas writes posts with AI, keeps every version of them, and publishes them on time.\n\n"
        "Usage: caas COMMAND [OPTIONS] [ARGUMENTS]\n";
    out += rows_text("Commands", command_rows(commands));
    out += rows_text("Options of every command", option_rows(global_options()));
    std::vector<Row> rows;
    for (const auto& topic : topics())
        rows.push_back({"caas help " + std::string(topic.name), std::string(topic.summary)});
    out += rows_text("More help", rows);
    out += "\nBegin with: caas generate \"Our app now works offline\" --platform x,linkedin\n";
    return out;
}

}  // namespace

std::string option_spelling(const Option& option, bool is_aligned) {
    std::string out = option.letter != 0 ? "-" + std::string(1, option.letter) + ", "
                      : is_aligned       ? "    "
                                         : "";
    out += "--" + std::string(option.name);
    if (!option.value.empty())
        out += " " + std::string(option.value);
    return out;
}

std::string usage_line(std::span<const Command* const> path) {
    std::string out = "caas " + path_text(path);
    const auto& command = *path.back();
    if (!command.children.empty())
        return out + " COMMAND [OPTIONS]";
    out += " [OPTIONS]";
    for (const auto& argument : command.arguments) {
        std::string name(argument.name);
        if (argument.is_many)
            name += "…";
        out += argument.is_required ? " " + name : " [" + name + "]";
    }
    return out;
}

std::string help_text(
    std::span<const Command* const> commands, std::span<const Command* const> path) {
    if (path.empty())
        return root_help(commands);
    const auto& command = *path.back();
    auto out = std::string(command.summary) + ".\n";
    out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
    if (!command.about.empty())
        out += "\n" + print::wrapped(command.about, columns);
    out += "\nUsage: " + usage_line(path) + "\n";
    out += rows_text("Commands", command_rows(command.children));
    std::vector<Row> arguments;
    for (const auto& argument : command.arguments)
        arguments.push_back(
            {std::string(argument.name), with_choices(argument.help, argument.kind)});
    out += rows_text("Arguments", arguments);
    out += rows_text("Options", option_rows(command.options));
    std::vector<Option> everywhere;
    for (const auto& option : global_options()) {
        if (is_offered(option, path))
            everywhere.push_back(option);
    }
    out += rows_text("Options of every command", option_rows(everywhere));
    out += examples_text(command.examples);
    return out;
}

}  // namespace caas::cli
