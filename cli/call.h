// One command being carried out: what was typed, how to talk, and the way to the API. For one
// thread; lives as long as the command.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cli/parse.h"
#include "cli/print/paint.h"
#include "cli/terminal.h"
#include "cli/transport.h"
#include "core/base/clock.h"

namespace caas::cli {

// Where the person's things are.
struct Place {
    std::string home;                 // --home; empty: CAAS_HOME or the usual folders
    std::string config;               // --config; empty: the usual file
    std::string server;               // --server or CAAS_SERVER; empty: this machine
    Secret token;                     // CAAS_TOKEN; empty: what `caas login` kept for the server
    bool is_signing_in = false;       // nothing that was kept is to be used
    bool is_server_exported = false;  // CAAS_SERVER named it
};

// What a command line stands in; made by main, faked in tests.
struct World {
    Terminal& terminal;
    Clock& clock;
    std::string zone;  // in which times are shown
    std::span<const Command* const> commands;
    // Makes the way to the API; called at the first request.
    std::function<std::unique_ptr<Transport>(const Place&, bool is_verbose)> open;
    // Lets the person change a file with the program of their choice; throws Error when it fails.
    std::function<void(const std::string& program, const std::string& file)> edit;
    std::stop_token stop;
    // Shows a page in the person's browser; false when there is none. May be empty.
    std::function<bool(const std::string& url)> browse{};
    // Has root act as the owner of the data; whether it did. Called before anything is opened or
    // made; throws Error. May be empty.
    std::function<bool(const Place&)> act_as_owner{};
};

// What the last change that was carried out made or changed.
struct Done {
    bool is_order = false;         // posts, which go out without whoever ordered them
    std::vector<std::string> ids;  // empty: nothing that has one
    std::string made;              // on this machine, for people; empty: nothing
};

class Call {
  public:
    // Both must outlive this.
    Call(World& world, const Parsed& parsed);

    // ---- what was typed
    bool has(std::string_view option) const { return parsed_.has(option); }

    std::optional<std::string> option(std::string_view name) const;
    // The same where an empty value would mean another thing than the person did, as a filter's
    // would: throws Error(usage).
    std::optional<std::string> filled(std::string_view option) const;
    // Every value of a repeated option, each split at its commas. Throws Error(usage) when one of
    // them is empty: a person named more than would be taken.
    std::vector<std::string> list(std::string_view option) const;
    // The same, unsplit; empty when it was not given.
    std::vector<std::string> raw(std::string_view option) const;
    // Throws Error(usage) when it is not a whole number in the range.
    std::optional<std::int64_t> number(
        std::string_view option, std::int64_t least, std::int64_t most) const;
    // Empty when it was not given.
    std::string argument(std::size_t index) const;

    const std::vector<std::string>& arguments() const { return parsed_.arguments; }

    // "content add"
    std::string path() const { return path_text(parsed_.path); }

    bool is_json() const { return has("json"); }

    bool is_quiet() const { return has("quiet"); }

    const Place& place() const { return place_; }

    // ---- talk
    // Whatever goes to standard error or into a question is without what could steer a terminal.
    // The result, on standard output.
    void out(std::string_view text);
    // One line to the person, on standard error; nothing with --quiet or --json.
    void say(std::string_view line);
    // The same, but a warning: also said with --json.
    void warn(std::string_view line);
    // Only with --verbose.
    void detail(std::string_view line);
    // What there is no way on without: said even with --quiet and --json. Ends its own lines.
    void insist(std::string_view text);
    // Shows the prompt and reads a line; nullopt when there is none.
    std::optional<Secret> ask(std::string_view prompt);
    print::Paint paint() const;
    // For standard output: 0 when it is no terminal and nothing needs to fit.
    int width() const;
    // Whether progress may be drawn on standard error.
    bool shows_progress() const;
    // Whether a question may be asked.
    bool may_ask() const;
    // True when --yes was given or the person says yes. Throws Error(usage) when nobody can be
    // asked. `question`: "Delete content 1a2b?"
    bool confirms(std::string_view question);

    // ---- the API
    // Throws Error for a status of 400 and more; problem() then holds what was said. Error(usage)
    // for a path with `.` or `..` between its slashes.
    Answer send(Ask ask);
    // The same, but any status is an answer.
    Answer try_send(Ask ask);
    // One look at what is there, also after an interruption; nullopt when it cannot be told.
    std::optional<Json> look(const std::string& path);
    // Acts with this token from now on, whatever was set or kept; empty: with none. `server`: and
    // there; empty: where it was.
    void act_with(Secret token, const std::string& server = {});
    // When the daemon elsewhere is of another version than this program: words that say so, for
    // after a request that it did not understand. Empty otherwise, and when it cannot be told.
    std::string other_version();
    // send() and its body as JSON.
    Json json(Ask ask);

    // The whole body as the last refusal gave it; empty when there was none.
    const std::string& problem() const { return problem_; }

    const Done& done() const { return done_; }

    // What a command of this machine has made, which is there whatever comes after.
    void note_made(std::string what) { done_.made = std::move(what); }

    // Prints the answer's own bytes and a line end; nothing when it has none.
    void out_json(const Answer& answer);

    Terminal& terminal() { return world_.terminal; }

    const World& world() const { return world_; }

    Instant now() const { return world_.clock.now(); }

    const std::string& zone() const { return world_.zone; }

  private:
    World& world_;
    const Parsed& parsed_;
    Place place_;
    std::unique_ptr<Transport> transport_;
    std::string problem_;
    Done done_;
};

// The body of an answer as JSON. Throws Error(internal) when it is none: no daemon of caas said it.
Json body_of(const Answer& answer);

// An answer that says no, as the Error it was at the other end. What was only read is as safe to
// ask again as ever: there nothing is undecided.
[[noreturn]] void throw_problem(const Answer& answer, bool is_change = true);

}  // namespace caas::cli
