#include "cli/call.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "cli/print/width.h"
#include "core/app/version.h"
#include "core/base/error.h"
#include "core/config/setting.h"

namespace caas::cli {
namespace {

[[noreturn]] void refuse_empty(std::string_view option) {
    throw Error(
        Code::usage,
        "`--" + std::string(option) + "` is empty",
        "give it a value, or leave it out; is a variable of your script empty?");
}

// It is sent in a header.
void require_one_line(const Secret& token) {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (std::ranges::any_of(token.reveal(), is_control))
        throw Error(
            Code::usage,
            "CAAS_TOKEN holds a line break or another character that no token has",
            "is it set to the token alone, such as caas_…?");
}

Place place_of(const Parsed& parsed, const Terminal& terminal) {
    const auto last = [&](std::string_view name) {
        const auto at = parsed.options.find(name);
        return at == parsed.options.end() ? std::string() : at->second.back();
    };
    Place place{last("home"), last("config"), last("server"), {}, false};
    if (parsed.has("home") && place.home.empty())
        throw Error(
            Code::usage,
            "`--home` names no folder",
            "leave it out for the usual one; is a variable of your script empty?");
    if (parsed.has("config") && place.config.empty())
        throw Error(
            Code::usage,
            "`--config` names no file",
            "leave it out for the usual one; is a variable of your script empty?");
    if (parsed.has("server") && place.server.empty())
        throw Error(
            Code::usage,
            "`--server` names no daemon",
            "leave it out for that of CAAS_SERVER, or for this machine; is a variable of your "
            "script empty?");
    if (place.server.empty()) {
        place.server = terminal.environment("CAAS_SERVER").value_or("");
        place.is_server_exported = true;
    }
    if (config::names_user(place.server))
        throw Error(
            Code::usage,
            "The address of " +
                std::string(place.is_server_exported ? "CAAS_SERVER" : "`--server`") +
                " holds a user name or password",
            "take it out, and sign in with: caas login");
    place.token = Secret(terminal.environment("CAAS_TOKEN").value_or(""));
    if (!place.server.empty())
        require_one_line(place.token);
    return place;
}

// In which organization and workspace the person is.
void add_place(const Terminal& terminal, Ask& ask) {
    for (const auto& [variable, header] :
         {std::pair("CAAS_ORGANIZATION", "Caas-Organization"),
          std::pair("CAAS_WORKSPACE", "Caas-Workspace")}) {
        if (const auto name = terminal.environment(variable))
            ask.headers.emplace_back(header, net::percent_encode(*name));
    }
}

[[noreturn]] void refuse_token(const Place& place) {
    if (place.token.empty())
        throw Error(
            Code::unauthenticated,
            "You are not signed in to " + place.server + ", or what was kept is not valid any more",
            "sign in with: caas login --server " + place.server);
    throw Error(
        Code::unauthenticated,
        place.server + " does not accept this token",
        "it may have expired or been revoked; is CAAS_TOKEN of this server? Or unset it and sign "
        "in with: caas login --server " +
            place.server);
}

// What passes a request on may take `..` for the way to another route, encoded or not.
void refuse_dots(std::string_view path) {
    path = path.substr(0, path.find('?'));
    while (!path.empty()) {
        const auto piece = path.substr(0, path.find('/'));
        if (piece == "." || piece == "..")
            throw Error(
                Code::usage,
                "`" + std::string(piece) + "` is no id, and no path may hold it",
                "what has this name goes by its id");
        path.remove_prefix(std::min(piece.size() + 1, path.size()));
    }
}

Code code_of(const Json& problem, int status) {
    if (const auto code = find_code(json::text_or(problem, "code", "")))
        return *code;
    for (const auto& row : all_codes()) {
        if (row.http_status == status)
            return row.code;
    }
    return status >= 500 ? Code::unavailable : Code::bad_request;
}

Done done_by(const Ask& ask, const Answer& answer) {
    Done done;
    const auto target = target_of(ask.path);
    done.is_order = target == "/api/v1/posts" || target == "/api/v1/posts/bulk";
    const auto add = [&](const Json& thing) {
        if (auto id = json::text_or(thing, "id", ""); !id.empty())
            done.ids.push_back(std::move(id));
    };
    const auto body = json::try_parse(answer.body).value_or(Json());
    if (const auto* items = json::find(body, "items"); items != nullptr && items->is_array())
        std::ranges::for_each(*items, add);
    else
        add(body);
    return done;
}

}  // namespace

Json body_of(const Answer& answer) {
    auto body = json::try_parse(answer.body);
    if (!body)
        throw Error(
            Code::internal,
            "The answer is not what caas says",
            "is another program listening at the address of --server?");
    return *std::move(body);
}

void throw_problem(const Answer& answer, bool is_change) {
    const auto problem = json::try_parse(answer.body).value_or(Json::object());
    std::vector<Detail> details;
    if (const auto* errors = json::find(problem, "errors");
        errors != nullptr && errors->is_array()) {
        for (const auto& error : *errors)
            details.push_back(
                {json::text_or(error, "pointer", ""),
                 json::text_or(error, "rule", ""),
                 json::text_or(error, "message", "")});
    }
    Error error(
        code_of(problem, answer.status),
        json::text_or(
            problem, "detail", "The server answered with status " + std::to_string(answer.status)),
        json::text_or(problem, "hint", ""),
        std::move(details));
    const auto* undecided = json::find(problem, "is_undecided");
    if (is_change && undecided != nullptr && *undecided == true)
        error.leave_undecided();
    throw error;
}

Call::Call(World& world, const Parsed& parsed)
    : world_(world), parsed_(parsed), place_(place_of(parsed, world.terminal)) {}

std::optional<std::string> Call::option(std::string_view name) const {
    const auto at = parsed_.options.find(name);
    if (at == parsed_.options.end())
        return std::nullopt;
    return at->second.back();
}

std::optional<std::string> Call::filled(std::string_view name) const {
    auto value = option(name);
    if (value && value->empty())
        refuse_empty(name);
    return value;
}

std::vector<std::string> Call::list(std::string_view option) const {
    std::vector<std::string> out;
    const auto at = parsed_.options.find(option);
    if (at == parsed_.options.end())
        return out;
    for (const auto& value : at->second) {
        std::string_view rest = value;
        while (true) {
            const auto comma = rest.find(',');
            auto item = rest.substr(0, comma);
            while (!item.empty() && item.front() == ' ')
                item.remove_prefix(1);
            while (!item.empty() && item.back() == ' ')
                item.remove_suffix(1);
            if (item.empty())
                refuse_empty(option);
            out.emplace_back(item);
            if (comma == std::string_view::npos)
                break;
            rest.remove_prefix(comma + 1);
        }
    }
    return out;
}

std::vector<std::string> Call::raw(std::string_view option) const {
    const auto at = parsed_.options.find(option);
    return at == parsed_.options.end() ? std::vector<std::string>() : at->second;
}

std::optional<std::int64_t> Call::number(
    std::string_view option_name, std::int64_t least, std::int64_t most) const {
    const auto text = option(option_name);
    if (!text)
        return std::nullopt;
    std::int64_t value = 0;
    const auto* end = text->data() + text->size();
    const auto [at, fault] = std::from_chars(text->data(), end, value);
    if (fault != std::errc() || at != end || value < least || value > most)
        throw Error(
            Code::usage,
            "`--" + std::string(option_name) + "` takes a whole number from " +
                std::to_string(least) + " to " + std::to_string(most) + ", not `" + *text + "`");
    return value;
}

std::string Call::argument(std::size_t index) const {
    return index < parsed_.arguments.size() ? parsed_.arguments[index] : std::string();
}

void Call::out(std::string_view text) {
    world_.terminal.write(Stream::out, text);
}

void Call::say(std::string_view line) {
    if (!is_quiet() && !is_json())
        insist(std::string(line) + "\n");
}

void Call::warn(std::string_view line) {
    if (!is_quiet())
        insist("caas: " + std::string(line) + "\n");
}

void Call::detail(std::string_view line) {
    if (has("verbose"))
        insist("caas: " + std::string(line) + "\n");
}

// What servers and platforms call things is in it: here and not where each sentence is made, so
// that none forgets.
void Call::insist(std::string_view text) {
    world_.terminal.write(Stream::err, print::said(text));
}

std::optional<Secret> Call::ask(std::string_view prompt) {
    return world_.terminal.ask(print::said(prompt), false);
}

print::Paint Call::paint() const {
    const auto& terminal = world_.terminal;
    const bool is_wanted = !has("no-color") && !terminal.environment("NO_COLOR") &&
                           terminal.environment("TERM").value_or("") != "dumb";
    return print::Paint(is_wanted && terminal.is_terminal(Stream::out));
}

int Call::width() const {
    return world_.terminal.is_terminal(Stream::out) ? world_.terminal.width() : 0;
}

bool Call::shows_progress() const {
    return !is_quiet() && !is_json() && world_.terminal.is_terminal(Stream::err) &&
           world_.terminal.environment("TERM").value_or("") != "dumb";
}

bool Call::may_ask() const {
    return !has("no-input") && world_.terminal.is_terminal(Stream::in);
}

bool Call::confirms(std::string_view question) {
    if (has("yes"))
        return true;
    if (!may_ask())
        throw Error(
            Code::usage,
            "`caas " + path() + "` asks before it destroys or charges, and nobody can answer here",
            "add --yes");
    const auto answer = ask(std::string(question) + " [y/N] ");
    const auto word = answer ? answer->reveal() : std::string();
    return word == "y" || word == "Y" || word == "yes";
}

Answer Call::try_send(Ask ask) {
    refuse_dots(ask.path);
    if (!transport_)
        transport_ = world_.open(place_, has("verbose"));
    problem_.clear();
    ask.stop = world_.stop;
    add_place(world_.terminal, ask);
    const auto what = ask.method + " " + target_of(ask.path);
    auto answer = transport_->send(ask);
    detail(what + " " + std::to_string(answer.status));
    if (answer.status >= 400)
        problem_ = answer.body;
    else if (ask.method != "GET")
        done_ = done_by(ask, answer);
    return answer;
}

std::optional<Json> Call::look(const std::string& path) {
    if (!transport_)
        return std::nullopt;
    try {
        Ask ask{"GET", path};
        add_place(world_.terminal, ask);
        const auto answer = transport_->send(ask);
        return answer.status < 400 ? json::try_parse(answer.body) : std::nullopt;
    } catch (const std::exception&) {
        // Whoever asks says what it knows without it.
        return std::nullopt;
    }
}

Answer Call::send(Ask ask) {
    const bool is_about_passwords =
        ask.path.starts_with("auth/") && ask.path != "auth/me" && ask.path != "auth/token";
    const bool is_change = ask.method != "GET";
    auto answer = try_send(std::move(ask));
    if (answer.status == 401 && !place_.server.empty() && !is_about_passwords)
        refuse_token(place_);
    if (answer.status >= 400)
        throw_problem(answer, is_change);
    return answer;
}

void Call::act_with(Secret token, const std::string& server) {
    if (!server.empty())
        place_.server = server;
    place_.token = std::move(token);
    place_.is_signing_in = true;
    transport_.reset();
}

std::string Call::other_version() {
    if (place_.server.empty() || !transport_ || world_.stop.stop_requested())
        return {};
    try {
        const auto answer = transport_->send({"GET", "status"});
        const auto there =
            json::text_or(json::try_parse(answer.body).value_or(Json()), "version", "");
        if (there.empty() || there == app::version)
            return {};
        return "this is caas " + std::string(app::version) + " and " + place_.server + " runs " +
               there + ": one may lack what the other has";
    } catch (const std::exception&) {
        // It was only to help.
        return {};
    }
}

Json Call::json(Ask ask) {
    const auto answer = send(std::move(ask));
    return body_of(answer);
}

void Call::out_json(const Answer& answer) {
    if (!answer.body.empty())
        out(answer.body + "\n");
}

}  // namespace caas::cli
