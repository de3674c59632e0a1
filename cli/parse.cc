#include "cli/parse.h"

#include <algorithm>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "core/base/error.h"
#include "core/text/blank.h"
#include "core/text/nearest.h"

namespace caas::cli {
namespace {

using Commands = std::span<const Command* const>;
using Words = std::vector<std::string>;

const Command* find_child(Commands commands, std::string_view name) {
    for (const auto* command : commands) {
        if (command->name == name)
            return command;
    }
    return nullptr;
}

[[noreturn]] void unknown_command(
    const std::vector<const Command*>& path, Commands commands, const std::string& word) {
    Words names;
    for (const auto* command : commands) {
        if (!command->is_hidden)
            names.emplace_back(command->name);
    }
    const std::string above = path.empty() ? "caas" : "caas " + path_text(path);
    const auto near = text::nearest(word, names);
    throw Error(
        Code::usage,
        "There is no command `" + above + " " + word + "`",
        near.empty() ? "see `" + above + " --help`"
                     : "did you mean `" + above + " " + std::string(near) + "`?");
}

const Option* find_option(std::span<const Option> options, std::string_view word) {
    for (const auto& option : options) {
        const bool is_long = word.size() > 2 && word.substr(2) == option.name;
        const bool is_short = word.size() == 2 && option.letter != 0 && word[1] == option.letter;
        if (is_long || is_short)
            return &option;
    }
    return nullptr;
}

bool is_option(std::string_view word) {
    return word.size() > 1 && word.front() == '-' && word[1] != ' ';
}

// Whether the word after this one is its value.
bool takes_next(std::span<const Option> options, std::string_view word) {
    if (word.find('=') != std::string_view::npos)
        return false;
    const auto* option = find_option(options, word);
    return option != nullptr && !option->value.empty();
}

// Takes the names of commands out of the words; what is left are options and arguments.
struct Split {
    std::vector<const Command*> path;
    Words rest;
};

Split split(Commands commands, const Words& words) {
    Split out;
    auto below = commands;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        if (below.empty() || word == "--") {
            out.rest.insert(
                out.rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
            break;
        }
        if (is_option(word)) {
            out.rest.push_back(word);
            if (takes_next(global_options(), word) && i + 1 < words.size())
                out.rest.push_back(words[++i]);
            continue;
        }
        const auto* command = find_child(below, word);
        if (command == nullptr)
            unknown_command(out.path, below, word);
        out.path.push_back(command);
        below = command->children;
    }
    return out;
}

std::vector<const Option*> options_of(const std::vector<const Command*>& path) {
    std::vector<const Option*> out;
    if (!path.empty()) {
        for (const auto& option : path.back()->options)
            out.push_back(&option);
    }
    for (const auto& option : global_options()) {
        if (is_offered(option, path))
            out.push_back(&option);
    }
    return out;
}

[[noreturn]] void unknown_option(
    const std::vector<const Command*>& path,
    const std::vector<const Option*>& options,
    const std::string& word) {
    const auto name = word.substr(0, word.find('='));
    Words names;
    names.reserve(options.size());
    for (const auto* option : options)
        names.push_back("--" + std::string(option->name));
    const auto near = text::nearest(name, names);
    const std::string command = path.empty() ? "caas" : "caas " + path_text(path);
    throw Error(
        Code::usage,
        "`" + command + "` has no option `" + name + "`",
        near.empty() ? "see `" + command + " --help`"
                     : "did you mean `" + std::string(near) + "`?");
}

const Option* find_option(const std::vector<const Option*>& options, std::string_view word) {
    for (const auto* option : options) {
        if (find_option(std::span(option, 1), word) != nullptr)
            return option;
    }
    return nullptr;
}

// Splits "--model=", since CLI11 2.1.2 would take the next word as its value. Throws Error(usage)
// for "--yes=no": CLI11 would count a switch as often as its value says.
Words with_plain_values(const std::vector<const Option*>& options, const Words& words) {
    Words out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        const auto equals = word.substr(0, 2) == "--" ? word.find('=') : std::string::npos;
        const bool has_value = equals != std::string::npos && equals > 2;
        const auto name = has_value ? word.substr(0, equals) : word;
        const auto* option = is_option(word) ? find_option(options, name) : nullptr;
        const bool is_switch = option != nullptr && option->value.empty();
        if (is_switch && has_value)
            throw Error(
                Code::usage, "`" + name + "` takes no value", "write it alone, or leave it out");
        const bool is_empty = has_value && equals == word.size() - 1;
        out.push_back(is_empty ? name : word);
        if (is_empty)
            out.emplace_back();
        else if (option != nullptr && !is_switch && !has_value && i + 1 < words.size())
            out.push_back(words[++i]);
    }
    return out;
}

std::string spelled(const Option& option) {
    std::string out = "--" + std::string(option.name);
    if (option.letter != 0)
        out = "-" + std::string(1, option.letter) + "," + out;
    return out;
}

// One option as CLI11 fills it in.
struct Slot {
    const Option* option = nullptr;
    Words values;
};

// As arguments of its own, CLI11 2.1.2 would read "[a, b]" as the two words a and b: here all words
// that belong to no option are left over, and only told apart as it did.
class Reader : public CLI::App {
  public:
    Words arguments() const { return left_over(true); }

    Words unknown_options() const { return left_over(false); }

  private:
    Words left_over(bool is_argument) const {
        Words out;
        for (const auto& [sort, word] : missing_) {
            if ((sort == CLI::detail::Classifier::NONE) == is_argument)
                out.push_back(word);
        }
        return out;
    }
};

void read_options(Parsed& parsed, const std::vector<const Option*>& options, Words words) {
    // What follows "--" is no option, whatever it looks like; CLI11 would keep the dashes.
    const auto end = std::find(words.begin(), words.end(), "--");
    const Words plain(end == words.end() ? end : end + 1, words.end());
    words.erase(end, words.end());
    Reader app;
    app.set_help_flag();
    app.allow_extras();
    std::vector<Slot> slots(options.size());
    for (std::size_t i = 0; i < options.size(); ++i) {
        auto& slot = slots[i];
        slot.option = options[i];
        if (slot.option->value.empty()) {
            app.add_flag_function(spelled(*slot.option), [&slot](std::int64_t count) {
                slot.values.assign(static_cast<std::size_t>(count), "true");
            });
        } else {
            app.add_option(spelled(*slot.option), slot.values)->allow_extra_args(false);
        }
    }
    try {
        auto reversed = with_plain_values(options, words);
        std::reverse(reversed.begin(), reversed.end());  // the order CLI11 wants
        app.parse(std::move(reversed));
    } catch (const CLI::ArgumentMismatch& e) {
        const std::string said = e.what();
        throw Error(Code::usage, "An option lacks its value: " + said.substr(0, said.find(':')));
    } catch (const CLI::ParseError& e) {
        throw Error(Code::usage, e.what());
    }
    if (const auto unknown = app.unknown_options(); !unknown.empty())
        unknown_option(parsed.path, options, unknown.front());
    parsed.arguments = app.arguments();
    parsed.arguments.insert(parsed.arguments.end(), plain.begin(), plain.end());
    for (auto& slot : slots) {
        if (slot.values.empty())
            continue;
        if (slot.values.size() > 1 && !slot.option->value.empty() && !slot.option->is_repeatable)
            throw Error(
                Code::usage, "`--" + std::string(slot.option->name) + "` was given more than once");
        parsed.options.emplace(slot.option->name, std::move(slot.values));
    }
}

// An id that is nothing would make a path that names the list, and not the one thing.
void refuse_blank(const Parsed& parsed, const std::string& name) {
    const auto arguments = parsed.path.back()->arguments;
    for (std::size_t i = 0; i < parsed.arguments.size(); ++i) {
        const auto& argument = arguments[std::min(i, arguments.size() - 1)];
        if (!argument.may_be_blank && text::is_blank(parsed.arguments[i]))
            throw Error(
                Code::usage,
                "`" + name + "` needs " + std::string(argument.name) +
                    ", and what was given is empty",
                "is a variable of your script empty?");
    }
}

void check_arguments(const Parsed& parsed) {
    const auto& command = *parsed.path.back();
    const std::string name = "caas " + path_text(parsed.path);
    const auto given = parsed.arguments.size();
    std::size_t required = 0;
    bool is_open = false;
    for (const auto& argument : command.arguments) {
        required += argument.is_required ? 1U : 0U;
        is_open = is_open || argument.is_many;
    }
    if (given < required)
        throw Error(
            Code::usage,
            "`" + name + "` needs " + std::string(command.arguments[given].name),
            "see `" + name + " --help`");
    if (given > command.arguments.size() && !is_open)
        throw Error(
            Code::usage,
            "`" + name + "` does not take `" + parsed.arguments[command.arguments.size()] + "`",
            command.arguments.empty() ? "see `" + name + " --help`"
                                      : "put a text with spaces between quotes");
    refuse_blank(parsed, name);
}

}  // namespace

std::string path_text(std::span<const Command* const> path) {
    std::string out;
    for (const auto* command : path) {
        if (!out.empty())
            out += ' ';
        out += command->name;
    }
    return out;
}

Parsed parse(Commands commands, const Words& words) {
    auto [path, rest] = split(commands, words);
    Parsed parsed;
    parsed.path = std::move(path);
    read_options(parsed, options_of(parsed.path), std::move(rest));
    if (!parsed.path.empty() && parsed.path.back()->children.empty() && !parsed.has("help"))
        check_arguments(parsed);
    return parsed;
}

std::vector<const Command*> find_command(Commands commands, std::span<const std::string> words) {
    std::vector<const Command*> path;
    for (const auto& word : words) {
        const auto below = path.empty() ? commands : path.back()->children;
        const auto* command = find_child(below, word);
        if (command == nullptr)
            unknown_command(path, below, word);
        path.push_back(command);
    }
    return path;
}

}  // namespace caas::cli
