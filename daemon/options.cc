#include "daemon/options.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/error.h"

namespace caas::daemon {
namespace {

struct Flag {
    std::string_view name;
    std::string_view value;  // what follows it; empty for none
    std::string_view help;
    std::optional<std::string> Options::*text;
    bool Options::*truth;
    std::string_view letter = {};  // the short form, with its dash
};

constexpr std::array<Flag, 8> flags{{
    {"--config", "FILE", "read this configuration file", &Options::config, nullptr},
    {"--home", "DIR", "keep everything under this folder", &Options::home, nullptr},
    {"--listen",
     "HOST:PORT",
     "answer HTTP here (default 127.0.0.1:8000)",
     &Options::listen,
     nullptr},
    {"--sandbox",
     "",
     "try everything with pretend platforms, in a home of its own",
     nullptr,
     &Options::is_sandbox},
    {"--once", "", "publish what is due, then exit", nullptr, &Options::is_once},
    {"--check", "", "check the configuration, then exit", nullptr, &Options::is_check},
    {"--version", "", "print the version", nullptr, &Options::asks_version, "-V"},
    {"--help", "", "print this help", nullptr, &Options::asks_help, "-h"},
}};

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above + 1, row[j - 1] + 1, replaced});
            diagonal = above;
        }
    }
    return row[b.size()];
}

[[noreturn]] void refuse(std::string_view argument) {
    std::string hint = "See: caasd --help";
    const auto* nearest = std::ranges::min_element(
        flags, {}, [argument](const Flag& flag) { return distance(flag.name, argument); });
    if (argument.starts_with('-') && distance(nearest->name, argument) <= 3)
        hint = "Did you mean " + std::string(nearest->name) + "?";
    throw Error(Code::usage, "unknown argument: " + std::string(argument), hint);
}

const Flag* find(std::string_view name) {
    const auto* found = std::ranges::find_if(flags, [name](const Flag& flag) {
        return flag.name == name || (!flag.letter.empty() && flag.letter == name);
    });
    return found == flags.end() ? nullptr : found;
}

}  // namespace

Options parse_options(std::span<const std::string_view> arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto argument = arguments[i];
        const auto equals = argument.find('=');
        const auto* flag = find(argument.substr(0, equals));
        if (flag == nullptr)
            refuse(argument);
        const std::string name(flag->name);
        if (flag->truth != nullptr) {
            if (equals != std::string_view::npos)
                throw Error(Code::usage, name + " takes no value", "See: caasd --help");
            options.*flag->truth = true;
            continue;
        }
        std::string_view value;
        if (equals != std::string_view::npos)
            value = argument.substr(equals + 1);
        else if (i + 1 < arguments.size())
            value = arguments[++i];
        if (value.empty())
            throw Error(
                Code::usage,
                name + " needs a value: " + std::string(flag->value),
                "See: caasd --help");
        if ((options.*flag->text).has_value())
            throw Error(Code::usage, name + " is given twice", "See: caasd --help");
        options.*flag->text = std::string(value);
    }
    if (options.is_once && options.is_check)
        throw Error(Code::usage, "--once and --check exclude each other", "See: caasd --help");
    if (options.is_sandbox && options.is_once)
        throw Error(
            Code::usage,
            "--sandbox and --once exclude each other",
            "The pretend platforms answer as long as it runs; there, `caas publish` publishes at "
            "once");
    if (options.is_sandbox && options.config)
        throw Error(
            Code::usage,
            "--sandbox and --config exclude each other",
            "A sandbox reads the config.toml of its own home: --home DIR names another");
    return options;
}

std::string help_text() {
    std::string text =
        "caasd publishes scheduled posts when they are due and answers the HTTP API.\n\n"
        "Usage: caasd [OPTIONS]\n\nOptions:\n";
    for (const auto& flag : flags) {
        std::string left = "  ";
        if (!flag.letter.empty())
            left += std::string(flag.letter) + ", ";
        left += flag.name;
        if (!flag.value.empty())
            left += " " + std::string(flag.value);
        left.resize(std::max<std::size_t>(left.size() + 2, 24), ' ');
        text += left + std::string(flag.help) + "\n";
    }
    return text +
           "\nSIGTERM stops it when what is in flight is done, SIGHUP makes it read its\n"
           "configuration and open its log again. See caasd(8).\n";
}

}  // namespace caas::daemon
