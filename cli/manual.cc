#include "cli/manual.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "cli/help.h"
#include "cli/manual_settings.h"
#include "cli/parse.h"
#include "cli/scdoc.h"
#include "core/access/permission.h"
#include "core/base/file.h"

namespace caas::cli {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return out;
}

std::string with_choices(std::string_view help, Kind kind) {
    std::string out = scdoc_escaped(help);
    const auto values = choices(kind);
    for (std::size_t i = 0; i < values.size(); ++i)
        out += (i == 0 ? ": " : ", ") + std::string("*") + scdoc_escaped(values[i]) + "*";
    return out;
}

std::string option_entry(const Option& option) {
    std::string out;
    if (option.letter != 0)
        out += "*-" + std::string(1, option.letter) + "*, ";
    out += "*--" + std::string(option.name) + "*";
    if (!option.value.empty())
        out += " _" + scdoc_escaped(option.value) + "_";
    return out + "\n\t" + with_choices(option.help, option.kind) + "\n\n";
}

std::string synopsis(std::span<const Command* const> path) {
    std::string out = "*caas " + path_text(path) + "*";
    const auto& command = *path.back();
    if (!command.children.empty())
        return out + " _COMMAND_ [_OPTIONS_]";
    out += " [_OPTIONS_]";
    for (const auto& argument : command.arguments) {
        auto name = "_" + std::string(argument.name) + "_";
        if (argument.is_many)
            name += "…";
        out += argument.is_required ? " " + name : " [" + name + "]";
    }
    return out;
}

std::string details(const Command& command) {
    std::string out;
    if (!command.about.empty())
        out += scdoc_escaped(command.about) + "\n\n";
    for (const auto& argument : command.arguments)
        out += "_" + std::string(argument.name) + "_\n\t" +
               with_choices(argument.help, argument.kind) + "\n\n";
    for (const auto& option : command.options)
        out += option_entry(option);
    return out;
}

std::string examples(std::string_view text) {
    return "```\n" + std::string(text) + "\n```\n\n";
}

std::string sentence(std::string_view summary) {
    return upper(summary.substr(0, 1)) + scdoc_escaped(summary.substr(1)) + ".\n\n";
}

std::string header(std::string_view name) {
    return std::string(name) + "(1)\n\n";
}

std::string common_options(std::span<const Command* const> path) {
    std::string out = "# OPTIONS OF EVERY COMMAND\n\n";
    for (const auto& option : global_options()) {
        if (is_offered(option, path))
            out += option_entry(option);
    }
    return out;
}

// Nothing in it means anything to scdoc but the backslash.
std::string literal(std::string_view text) {
    std::string out = "```\n";
    for (const char letter : text)
        out += letter == '\\' ? "\\\\" : std::string(1, letter);
    return out + "```\n\n";
}

std::string topic(std::string_view name) {
    for (const auto& each : topics()) {
        if (each.name == name)
            return literal(each.text);
    }
    return {};
}

constexpr std::string_view files_text = R"(# FILES

_$XDG\_CONFIG\_HOME/caas/config.toml_
	Settings: *caas.toml*(5).

_$XDG\_DATA\_HOME/caas/_
	The database *caas.db*, *media/*, *outbox/*, and *secret.key*, which seals the
	tokens of accounts.

With *--home* or *CAAS\_HOME* everything is in that folder.

Where root works on the data of somebody else, *caas* acts as the owner of the data
folder, so that a service can read what is made for it: see *caasd*(8), PEOPLE.

)";

}  // namespace

std::string main_page(std::span<const Command* const> commands) {
    std::string out = header("caas");
    out += "# NAME\n\ncaas - write posts with AI, keep every version, publish them on time\n\n";
    out += "# SYNOPSIS\n\n*caas* _COMMAND_ [_OPTIONS_] [_ARGUMENTS_]\n\n";
    out +=
        "# DESCRIPTION\n\n"
        "*caas* turns a brief into posts for several platforms, keeps each version of them for "
        "ever, checks them against the rules of each platform, and publishes them at the time you "
        "say, once. A daemon, *caasd*(8), sends what is due; *caas publish* works without it.\n\n";
    out += "# COMMANDS\n\n";
    for (const auto* command : commands) {
        if (!command->is_hidden)
            out += "*" + std::string(command->name) + "*\n\t" + scdoc_escaped(command->summary) +
                   ": *caas-" + std::string(command->name) + "*(1)\n\n";
    }
    out += "# OPTIONS\n\n";
    for (const auto& option : global_options())
        out += option_entry(option);
    out += "# OUTPUT\n\n" + topic("formatting");
    out += "# EXIT STATUS\n\n" + topic("exit-codes");
    out += "# ENVIRONMENT\n\n" + topic("environment");
    out += files_text;
    out += "# EXAMPLES\n\n" +
           examples(
               "caas generate \"Our app now works offline\" --platform x,linkedin --tone casual\n"
               "caas content versions 1a2b3c4d\n"
               "caas schedule 1a2b3c4d --account outbox --in 2h\n"
               "caas posts list");
    out += "# SEE ALSO\n\n*caasd*(8), *caas.toml*(5)\n";
    return out;
}

std::string command_page(const Command& command) {
    const std::vector<const Command*> path{&command};
    const auto name = "caas-" + std::string(command.name);
    std::string out = header(name);
    out += "# NAME\n\n" + name + " - " + scdoc_escaped(command.summary) + "\n\n# SYNOPSIS\n\n";
    if (command.children.empty()) {
        out += synopsis(path) + "\n\n";
    } else {
        for (const auto* child : command.children) {
            const std::vector<const Command*> below{&command, child};
            out += synopsis(below) + (child == command.children.back() ? "\n\n" : "++\n");
        }
    }
    out += "# DESCRIPTION\n\n" + sentence(command.summary);
    if (command.children.empty()) {
        out += details(command);
    } else {
        if (!command.about.empty())
            out += scdoc_escaped(command.about) + "\n\n";
        out += "# COMMANDS\n\n";
        for (const auto* child : command.children) {
            out += "## " + std::string(child->name) + "\n\n" + sentence(child->summary);
            out += details(*child);
            if (!child->examples.empty())
                out += examples(child->examples);
        }
    }
    if (command.name == "org")
        out += "# ROLES\n\nWhich role may do what, and from which scope of a token on:\n\n" +
               literal(access::permission_text());
    out += common_options(path);
    out += "# EXIT STATUS\n\n" + topic("exit-codes");
    out += "# ENVIRONMENT\n\nSee *caas*(1).\n\n" + std::string(files_text);
    if (!command.examples.empty())
        out += "# EXAMPLES\n\n" + examples(command.examples);
    out += "# SEE ALSO\n\n*caas*(1), *caasd*(8), *caas.toml*(5)\n";
    return out;
}

void write_manual(std::span<const Command* const> commands, const std::string& folder) {
    constexpr unsigned readable = 0644;
    const std::filesystem::path base(folder);
    write_file(base / "caas.1.scd", main_page(commands), readable);
    write_file(base / "caas.toml.5.scd", settings_page(), readable);
    for (const auto* command : commands) {
        if (!command->is_hidden)
            write_file(
                base / ("caas-" + std::string(command->name) + ".1.scd"),
                command_page(*command),
                readable);
    }
}

}  // namespace caas::cli
