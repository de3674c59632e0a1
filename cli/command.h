// What a command is: a row of data and a function. The parser, the help, the manual pages and the
// shell completions all read these rows, so they cannot disagree. All rows are constants.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace caas::cli {

class Call;

// What a value may be: shells complete it and help lists it.
enum class Kind : std::uint8_t {
    text,
    file,
    folder,
    platform,
    tone,
    provider,
    post_state,
    scope,
    role,
    shell,
    topic,
};

struct Option {
    std::string_view name;   // without its dashes
    std::string_view value;  // what it takes, in capitals; empty: it is a switch
    std::string_view help;
    Kind kind = Kind::text;
    char letter = 0;             // the short form, 0: none
    bool is_repeatable = false;  // may be given several times
};

struct Argument {
    std::string_view name;  // in capitals
    std::string_view help;
    Kind kind = Kind::text;
    bool is_required = true;
    bool is_many = false;       // takes all that follow
    bool may_be_blank = false;  // a text: what reads it says what is wrong with an empty one
};

struct Command {
    std::string_view name;
    std::string_view summary;  // one line, no full stop
    std::string_view about;    // paragraphs of help, may be empty
    std::span<const Argument> arguments;
    std::span<const Option> options;
    std::string_view examples;  // lines; those that begin with "caas " are commands
    // Commands below this one; then `run` is null.
    std::span<const Command* const> children;
    // Carries it out and says how the program exits. Throws Error.
    int (*run)(Call&) = nullptr;
    bool is_local = false;   // works on this machine only and says so with --server
    bool is_hidden = false;  // not in lists
};

// The options every command takes; `--version` belongs to `caas` alone, since commands name
// versions of a content with it.
std::span<const Option> global_options();
bool is_offered(const Option& global, std::span<const Command* const> path);

}  // namespace caas::cli
