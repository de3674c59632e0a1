#include "cli/completion.h"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "cli/help.h"
#include "cli/parse.h"

namespace caas::cli {
namespace {

using Commands = std::span<const Command* const>;
using Path = std::vector<const Command*>;

// Every command that can be carried out, and every group, with its path.
void walk(Commands commands, const Path& above, const std::function<void(const Path&)>& act) {
    for (const auto* command : commands) {
        if (command->is_hidden)
            continue;
        auto path = above;
        path.push_back(command);
        act(path);
        walk(command->children, path, act);
    }
}

std::vector<Option> options_of(const Path& path) {
    std::vector<Option> out(path.back()->options.begin(), path.back()->options.end());
    for (const auto& option : global_options()) {
        if (is_offered(option, path))
            out.push_back(option);
    }
    return out;
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string out;
    for (const auto word : words)
        out += (out.empty() ? "" : " ") + std::string(word);
    return out;
}

std::string names_of(Commands commands) {
    std::vector<std::string_view> names;
    for (const auto* command : commands) {
        if (!command->is_hidden)
            names.push_back(command->name);
    }
    return joined(names);
}

// What may stand where an argument is expected: commands below, or values of the arguments' kinds.
std::string words_for(const Command& command, Commands all) {
    if (!command.children.empty())
        return names_of(command.children);
    std::vector<std::string_view> words;
    std::string out;
    for (const auto& argument : command.arguments) {
        const auto values = choices(argument.kind);
        words.insert(words.end(), values.begin(), values.end());
        if (argument.kind == Kind::topic)  // each command is one too
            out = names_of(all) + " ";
    }
    return out + joined(words);
}

bool takes_file(const Command& command) {
    return std::any_of(command.arguments.begin(), command.arguments.end(), [](const Argument& one) {
        return one.kind == Kind::file;
    });
}

// "'" cannot stand between single quotes of a shell.
std::string shell_quoted(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (letter == '\'')
            out += "'\\''";
        else
            out += letter;
    }
    return "'" + out + "'";
}

// Options that take a value, as a shell pattern: --platform|--tone
std::string value_pattern(const std::function<bool(const Option&)>& is_wanted, Commands commands) {
    std::string out;
    const auto add = [&](const Option& option) {
        const auto word = "--" + std::string(option.name);
        const bool is_known = ("|" + out + "|").find("|" + word + "|") != std::string::npos;
        if (!option.value.empty() && is_wanted(option) && !is_known)
            out += (out.empty() ? "" : "|") + word;
    };
    for (const auto& option : global_options())
        add(option);
    walk(commands, {}, [&](const Path& path) {
        for (const auto& option : path.back()->options)
            add(option);
    });
    return out;
}

constexpr std::array kinds_with_choices{
    Kind::platform,
    Kind::tone,
    Kind::provider,
    Kind::post_state,
    Kind::scope,
    Kind::role,
};

// Bash has "--platform=x" as three words; of "x,blu" only what follows the comma is completed.
// Files are left to bash, which knows what needs quotes.
constexpr std::string_view bash_functions =
    R"(# bash completion for caas: caas completion bash > ~/.local/share/bash-completion/completions/caas
_caas_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}
_caas_list() {
    local others=""
    [[ $2 == *,* ]] && others=${2%,*},
    mapfile -t COMPREPLY < <(compgen -P "$others" -W "$1" -- "${2##*,}")
}
_caas_files() {
    if [[ $2 == -* ]]; then
        _caas_words "$1" "$2"
    else
        compopt -o default
    fi
}
_caas() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path="" i skip=""
    COMPREPLY=()
    if [ "$word" = "=" ]; then
        word=""
    elif [ "$before" = "=" ]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case "$before" in
)";

// Completes the value of the option in front of it, and is done then.
std::string bash_values(Commands commands) {
    std::string out;
    const auto add = [&](const std::function<bool(const Option&)>& is_wanted,
                         const std::string& action) {
        const auto pattern = value_pattern(is_wanted, commands);
        if (!pattern.empty())
            out += "        " + pattern + ")\n" + action + "            return ;;\n";
    };
    for (const auto kind : kinds_with_choices) {
        for (const bool is_list : {true, false})
            add(
                [&](const Option& option) {
                    return option.kind == kind && option.is_repeatable == is_list;
                },
                std::string("            ") + (is_list ? "_caas_list" : "_caas_words") + " \"" +
                    joined(choices(kind)) + "\" \"$word\"\n");
    }
    add([](const Option& option) { return option.kind == Kind::folder; },
        "            compopt -o dirnames\n");
    add([](const Option& option) { return option.kind == Kind::file; },
        "            compopt -o default\n");
    add([](const Option& option) { return option.kind == Kind::text; }, "");
    return out;
}

// Completes the word after the commands that were named.
std::string bash_words(Commands commands) {
    std::string out =
        "        \"\") _caas_words \"" + names_of(commands) + " --help --version\" \"$word\" ;;\n";
    walk(commands, {}, [&](const Path& path) {
        std::string words = words_for(*path.back(), commands);
        for (const auto& option : options_of(path))
            words += " --" + std::string(option.name);
        out += "        \"" + path_text(path) + "\") " +
               (takes_file(*path.back()) ? "_caas_files" : "_caas_words") + " \"" + words +
               "\" \"$word\" ;;\n";
    });
    return out;
}

}  // namespace

std::string bash_completion(Commands commands) {
    std::string out = std::string(bash_functions) + bash_values(commands);
    out += R"(    esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [ "${COMP_WORDS[i]}" = "=" ]; then
            skip=1
            continue
        fi
        if [ -n "$skip" ]; then
            skip=""
            continue
        fi
        case "${COMP_WORDS[i]}" in
            )" +
           value_pattern([](const Option&) { return true; }, commands) +
           R"() skip=1 ;;
            -*) ;;
            *) case " $path ${COMP_WORDS[i]}" in
)";
    walk(commands, {}, [&](const Path& path) {
        out += "                \"  " + path_text(path) + "\"|\" " + path_text(path) +
               "\") path=\"" + path_text(path) + "\" ;;\n";
    });
    out += R"(            esac ;;
        esac
    done
    case "$path" in
)";
    return out + bash_words(commands) + "    esac\n}\ncomplete -F _caas caas\n";
}

std::string zsh_completion(Commands commands) {
    std::string out = R"(#compdef caas
# zsh completion for caas: caas completion zsh > "${fpath[1]}/_caas"
_caas() {
    local path="" word
    for word in ${words[2,CURRENT-1]}; do
        case "$word" in -*) continue ;; esac
        case "${path:+$path }$word" in
            )";
    std::string all;
    walk(commands, {}, [&](const Path& path) {
        all += (all.empty() ? "" : "|") + shell_quoted(path_text(path));
    });
    out +=
        all + ") path=\"${path:+$path }$word\" ;;\n        esac\n    done\n    case \"$path\" in\n";
    const auto describe = [](Commands children) {
        std::string lines;
        for (const auto* child : children) {
            if (!child->is_hidden)
                lines += " " +
                         shell_quoted(std::string(child->name) + ":" + std::string(child->summary));
        }
        return lines;
    };
    out += "        '') local -a commands=(" + describe(commands) +
           "); _describe command commands ;;\n";
    walk(commands, {}, [&](const Path& path) {
        out += "        " + shell_quoted(path_text(path)) + ")\n";
        if (!path.back()->children.empty()) {
            out += "            local -a commands=(" + describe(path.back()->children) +
                   "); _describe command commands ;;\n";
            return;
        }
        out += "            _arguments";
        for (const auto& option : options_of(path)) {
            std::string spec = "--" + std::string(option.name);
            if (!option.value.empty())
                spec += "=";
            spec += "[" + std::string(option.help) + "]";
            if (option.is_repeatable)
                spec = "*" + spec;
            if (!option.value.empty()) {
                const auto values = joined(choices(option.kind));
                spec += ":" + std::string(option.value) + ":";
                spec += !values.empty()               ? "(" + values + ")"
                        : option.kind == Kind::file   ? std::string("_files")
                        : option.kind == Kind::folder ? std::string("_files -/")
                                                      : std::string();
            }
            out += " " + shell_quoted(spec);
        }
        const auto words = words_for(*path.back(), commands);
        out += words.empty() ? " '*:file:_files' ;;\n" : " '*:value:(" + words + ")' ;;\n";
    });
    out += "    esac\n}\n_caas \"$@\"\n";
    return out;
}

std::string fish_completion(Commands commands) {
    std::string out =
        "# fish completion for caas: caas completion fish > ~/.config/fish/completions/caas.fish\n"
        "function __caas_at\n"
        "    set -l words (commandline -opc)\n"
        "    set -l path\n"
        "    for word in $words[2..]\n"
        "        string match -q -- '-*' $word; or set -a path $word\n"
        "    end\n"
        "    test \"$path[1..\"(count $argv)\"]\" = \"$argv\"\n"
        "end\n"
        "complete -c caas -f\n";
    for (const auto* command : commands) {
        if (!command->is_hidden)
            out += "complete -c caas -n 'test (count (commandline -opc)) -eq 1' -a " +
                   std::string(command->name) + " -d " + shell_quoted(command->summary) + "\n";
    }
    walk(commands, {}, [&](const Path& path) {
        const auto condition = " -n '__caas_at " + path_text(path) + "'";
        for (const auto* child : path.back()->children)
            out += "complete -c caas" + condition + " -a " + std::string(child->name) + " -d " +
                   shell_quoted(child->summary) + "\n";
        if (!path.back()->children.empty())
            return;
        for (const auto& argument : path.back()->arguments) {
            auto words = joined(choices(argument.kind));
            if (argument.kind == Kind::topic)  // each command is one too
                words = names_of(commands) + " " + words;
            if (!words.empty())
                out += "complete -c caas" + condition + " -a " + shell_quoted(words) + "\n";
            else if (argument.kind == Kind::file)
                out += "complete -c caas" + condition + " -F\n";
        }
        for (const auto& option : options_of(path)) {
            out += "complete -c caas" + condition + " -l " + std::string(option.name);
            if (option.letter != 0)
                out += " -s " + std::string(1, option.letter);
            if (!option.value.empty()) {
                const auto values = joined(choices(option.kind));
                const bool is_path = option.kind == Kind::file || option.kind == Kind::folder;
                out += values.empty() ? (is_path ? std::string(" -rF") : std::string(" -x"))
                                      : " -x -a " + shell_quoted(values);
            }
            out += " -d " + shell_quoted(option.help) + "\n";
        }
    });
    return out;
}

}  // namespace caas::cli
