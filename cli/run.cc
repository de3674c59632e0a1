#include "cli/run.h"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

#include "cli/help.h"
#include "cli/print/width.h"
#include "core/app/version.h"
#include "core/base/error.h"
#include "core/text/utf8.h"

namespace caas::cli {
namespace {

Json problem_of(const Error& error) {
    const auto& row = facts(error.code());
    Json out{
        {"type", "about:blank"},
        {"title", row.title},
        {"status", row.http_status},
        {"detail", error.what()},
        {"code", row.name}};
    if (!error.hint().empty())
        out["hint"] = error.hint();
    if (error.is_undecided())
        out["is_undecided"] = true;
    if (!error.details().empty()) {
        auto details = Json::array();
        for (const auto& detail : error.details())
            details.push_back(
                {{"pointer", detail.pointer}, {"rule", detail.rule}, {"message", detail.message}});
        out["errors"] = std::move(details);
    }
    return out;
}

bool wants_json(const std::vector<std::string>& words) {
    const auto end = std::find(words.begin(), words.end(), "--");
    return std::find(words.begin(), end, "--json") != end;
}

// Says what went wrong; the exit status is decided here and nowhere else. What may have been done
// does not end as "try again".
int report(Terminal& terminal, const Error& error, const std::string& problem, bool is_json) {
    const auto& row = facts(error.is_undecided() ? Code::unconfirmed : error.code());
    if (is_json) {
        terminal.write(
            Stream::err, (problem.empty() ? json::dump(problem_of(error)) : problem) + "\n");
        return row.exit_status;
    }
    const std::string what = error.what();
    // "Interrupted: Interrupted" helps nobody.
    auto text = error.code() == Code::canceled || error.code() == Code::internal
                    ? "caas: error: " + what + "\n"
                    : "caas: error: " + std::string(row.title) + ": " + what + "\n";
    for (const auto& detail : error.details()) {
        if (what.find(detail.message) != std::string::npos)
            continue;
        text += "  ";
        for (const auto& word : {detail.pointer, detail.rule}) {
            if (!word.empty())
                text += word + "  ";
        }
        text += detail.message + "\n";
    }
    if (!error.hint().empty())
        text += "hint: " + error.hint() + "\n";
    terminal.write(Stream::err, print::said(text));
    return row.exit_status;
}

void refuse_server(const Call& call, const Command& command) {
    if (command.is_local && !call.place().server.empty())
        throw Error(
            Code::usage,
            "`caas " + call.path() + "` works on this machine only",
            "run it there without --server (and without CAAS_SERVER)");
}

void require_text(std::string_view value, Kind kind, const std::string& what) {
    // This system takes any bytes as the name of a file.
    if (kind == Kind::file || kind == Kind::folder)
        return;
    if (const auto fault = text::find_fault(value))
        throw Error(
            Code::invalid,
            what + " is not valid UTF-8: the byte at offset " + std::to_string(*fault) +
                " cannot stand there",
            "does your terminal, or what made the text, use UTF-8?");
}

// Once for all commands: JSON would have other signs in the place of what is no text.
void refuse_other_bytes(const Parsed& parsed) {
    const auto& command = *parsed.path.back();
    for (std::size_t i = 0; i < parsed.arguments.size() && !command.arguments.empty(); ++i) {
        const auto& argument = command.arguments[std::min(i, command.arguments.size() - 1)];
        require_text(parsed.arguments[i], argument.kind, "`" + std::string(argument.name) + "`");
    }
    for (const auto options : {command.options, global_options()}) {
        for (const auto& option : options) {
            const auto at = parsed.options.find(option.name);
            if (at == parsed.options.end())
                continue;
            for (const auto& value : at->second)
                require_text(value, option.kind, "`--" + std::string(option.name) + "`");
        }
    }
}

void say_versions(Call& call) {
    if (const auto words = call.other_version(); !words.empty())
        call.warn(words);
}

std::string hint_of(const Done& done) {
    constexpr std::size_t most = 10;
    if (done.ids.empty())
        return "it is done, so do not repeat it: " + done.made;
    if (done.is_order && done.ids.size() > most)
        return "it is on record, so do not order it again; look at it with: caas posts list";
    std::string out = done.is_order ? "it is on record, so do not order it again; look at it with: "
                                    : "it is done, so do not repeat it; its id: ";
    std::string_view between = "";
    for (const auto& id : std::span(done.ids).first(std::min(done.ids.size(), most))) {
        out += std::string(between) + (done.is_order ? "caas posts show " : "") + id;
        between = done.is_order ? "; " : ", ";
    }
    return out;
}

// What went wrong after something was done does not end as "try again": a script that obeys would
// have it done twice. `is_unheard`: all of it was done, and only the telling failed: why does not
// matter.
Error after(const Done& done, const Error& error, bool is_unheard = false) {
    if ((done.ids.empty() && done.made.empty()) || error.code() == Code::canceled)
        return error;
    const bool is_temporary = facts(error.code()).is_temporary;
    const bool has_own_hint = !is_temporary && !error.hint().empty();
    return {
        is_temporary || is_unheard ? Code::unconfirmed : error.code(),
        error.what(),
        hint_of(done) + (has_own_hint ? "; " + error.hint() : ""),
        error.details()};
}

// With its result out, or an error that says what was done all the same.
int finish(World& world, const Call& call, int status) {
    try {
        world.terminal.flush();
    } catch (const Error& error) {
        throw after(call.done(), error, true);
    }
    return status;
}

Error not_expected() {
    // JSON, but without a field that every daemon of caas gives.
    return {
        Code::internal,
        "The answer is not what this version of caas expects",
        "compare `caas --version` with `caas status`"};
}

int carry_out(World& world, const Parsed& parsed, std::string& problem) {
    if (parsed.path.empty() && parsed.has("version")) {
        world.terminal.write(Stream::out, "caas " + std::string(app::version) + "\n");
        return 0;
    }
    if (parsed.has("help") || parsed.path.empty()) {
        world.terminal.write(Stream::out, help_text(world.commands, parsed.path));
        return 0;
    }
    const auto& command = *parsed.path.back();
    if (command.run == nullptr) {
        world.terminal.write(Stream::err, help_text(world.commands, parsed.path));
        return facts(Code::usage).exit_status;
    }
    refuse_other_bytes(parsed);
    Call call(world, parsed);
    refuse_server(call, command);
    if (world.act_as_owner && world.act_as_owner(call.place()))
        call.detail("Acting as the owner of the data folder");
    int status = 0;
    try {
        status = command.run(call);
    } catch (const Error& error) {
        if (call.done().is_order)
            throw after(call.done(), error);
        problem = call.problem();
        // Refusals that may be for lack of a common language.
        const auto code = error.code();
        if (code == Code::not_found || code == Code::method_not_allowed || code == Code::invalid ||
            code == Code::bad_request || code == Code::internal)
            say_versions(call);
        throw;
    } catch (const Json::exception&) {
        say_versions(call);
        throw call.done().is_order ? after(call.done(), not_expected()) : not_expected();
    }
    return finish(world, call, status);
}

}  // namespace

int run(World& world, const std::vector<std::string>& words) {
    std::string problem;
    auto& terminal = world.terminal;
    try {
        const auto parsed = parse(world.commands, words);
        const int status = carry_out(world, parsed, problem);
        terminal.flush();
        return status;
    } catch (const Error& error) {
        return report(terminal, error, problem, wants_json(words));
    } catch (const std::exception& error) {
        return report(
            terminal,
            Error(Code::internal, std::string("Unexpected failure: ") + error.what()),
            {},
            wants_json(words));
    }
}

}  // namespace caas::cli
