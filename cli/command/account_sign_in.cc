#include "cli/command/account_sign_in.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "cli/browser_return.h"
#include "cli/print/progress.h"
#include "core/base/error.h"
#include "core/platform/pending_sign_in.h"

namespace caas::cli::command {
namespace {

// Where a browser that is on another machine is sent: nothing answers, and the person copies the
// address.
constexpr int usual_port = 8765;
constexpr std::chrono::seconds interval(2);

bool lacks_redirect(const Answer& answer) {
    const auto problem = json::try_parse(answer.body).value_or(Json::object());
    const auto* errors = json::find(problem, "errors");
    return answer.status == 422 && errors != nullptr && errors->is_array() &&
           std::any_of(errors->begin(), errors->end(), [](const Json& error) {
               return json::text_or(error, "rule", "") == "redirect_uri.required";
           });
}

int port_of(Call& call, int otherwise) {
    constexpr std::int64_t highest = 65535;
    return static_cast<int>(call.number("port", 1, highest).value_or(otherwise));
}

// How the person gets back to this command.
struct Way {
    std::optional<BrowserReturn> receiver;  // they come back to this machine
    bool is_pasted = false;                 // they bring it themselves
    // Neither: they come back to the daemon.
};

Answer begin(Call& call, const platform::Driver& driver, Json body, Way& way) {
    const auto path = "accounts/" + std::string(driver.id) + "/connect";
    const auto send = [&] { return call.try_send({"POST", path, {}, json::dump(body)}); };
    const auto listen = [&] {
        way.receiver.emplace(port_of(call, 0));
        body["redirect_uri"] = way.receiver->url();
    };
    const bool can_loop = driver.sign_in->takes_loopback;
    way.is_pasted = call.has("paste");
    if (way.is_pasted && can_loop)
        body["redirect_uri"] =
            "http://127.0.0.1:" + std::to_string(port_of(call, usual_port)) + "/callback";
    else if (can_loop && (call.place().server.empty() || call.has("port")))
        listen();
    auto answer = send();
    // A daemon elsewhere without a public address: this machine will do.
    if (can_loop && !way.is_pasted && !way.receiver && lacks_redirect(answer)) {
        listen();
        answer = send();
    }
    if (answer.status >= 400)
        throw_problem(answer);
    return answer;
}

void send_away(Call& call, const platform::Driver& driver, const Json& begun, const Way& way) {
    const auto url = json::text_or(begun, "authorize_url", "");
    const bool may_open = !way.is_pasted && !call.has("no-browser") &&
                          call.terminal().is_terminal(Stream::err) && call.world().browse;
    const bool is_open = may_open && call.world().browse(url);
    call.insist(
        (is_open ? "Your browser shows a page of " + std::string(driver.title) +
                       ". If it does not, open this link:\n\n  "
                 : "Open this link in a browser and allow it:\n\n  ") +
        url + "\n\n");
}

Answer hand_in(Call& call, const std::string& path, const std::string& answer) {
    return call.send({"POST", path + "/finish", {}, json::dump({{"answer", answer}})});
}

Answer take_pasted(Call& call, const std::string& path) {
    const bool is_asked = call.may_ask();
    const auto line = call.terminal().ask(
        is_asked ? "The browser ends at an address that does not answer. Paste it here: "
                 : std::string(),
        false);
    if (!line || line->empty())
        throw Error(
            Code::usage,
            "Nothing was pasted",
            "Paste the address the browser came back to, or pipe it into standard input.");
    return hand_in(call, path, line->reveal());
}

// What the daemon ended it with, so that it exits as if the error had come straight.
Code code_of(const Json& step) {
    // Else it was refused, or took too long.
    return find_code(json::text_or(step, "code", "")).value_or(Code::platform_sign_in);
}

bool is_settled(const Json& step) {
    const auto state = json::text_or(step, "state", "");
    const bool waits_for_page = json::truth(step, "confirms_in_browser").value_or(false);
    return state == "done" || state == "failed" || (state == "choosing" && !waits_for_page);
}

Answer await_daemon(Call& call, const std::string& path) {
    print::Progress progress(call);
    while (true) {
        progress.show("waiting for your browser");
        if (!call.world().clock.sleep(interval, call.world().stop))
            throw Error(Code::canceled, "Interrupted");
        auto answer = call.send({"GET", path});
        if (is_settled(body_of(answer)))
            return answer;
    }
}

Answer come_back(Call& call, const std::string& path, const Way& way) {
    if (way.is_pasted)
        return take_pasted(call, path);
    if (!way.receiver)
        return await_daemon(call, path);
    std::string target;
    {
        print::Progress progress(call);
        progress.show("waiting for your browser");
        target = way.receiver->wait(platform::sign_in_lifetime, call.world().stop);
    }
    return hand_in(call, path, target);
}

// --identity, or what the person picks of a list.
std::string pick(Call& call, const Json& choices) {
    std::string list;
    int number = 0;
    for (const auto& choice : choices) {
        const auto title = json::text_or(choice, "title", "");
        list += "  " + std::to_string(++number) + "  " + json::text_or(choice, "handle", "") +
                (title.empty() ? "" : "  " + title) + "\n";
    }
    const auto given = call.option("identity");
    for (const auto& choice : choices) {
        if (given && (json::text_or(choice, "remote_id", "") == *given ||
                      json::text_or(choice, "handle", "") == *given))
            return json::text_or(choice, "remote_id", "");
    }
    if (given || !call.may_ask())
        throw Error(
            Code::usage,
            given ? "There is no identity `" + *given + "` among these:\n" + list
                  : "There are several identities to choose from:\n" + list,
            "Name one by its handle with --identity.");
    call.insist("Which one?\n" + list);
    const auto answer = call.terminal().ask("Number: ", false);
    const auto text = answer ? answer->reveal() : std::string();
    const bool is_number = !text.empty() && text.size() < 4 &&
                           text.find_first_not_of("0123456789") == std::string::npos;
    const auto index = is_number ? std::stoul(text) : 0UL;
    if (index < 1 || index > choices.size())
        throw Error(Code::usage, "That is none of the numbers", "Begin again.");
    return json::text_or(choices.at(index - 1), "remote_id", "");
}

}  // namespace

bool uses_browser(Call& call, const platform::Driver& driver) {
    if (driver.sign_in == nullptr)
        return false;
    if (driver.connect == nullptr)
        return true;
    for (const auto* option : {"paste", "no-browser", "port", "kind", "identity"}) {
        if (call.has(option))
            return true;
    }
    const bool has_secret =
        std::any_of(driver.fields.begin(), driver.fields.end(), [&](const platform::Field& field) {
            return !field.environment.empty() && call.terminal().environment(field.environment);
        });
    return !has_secret && call.may_ask();
}

Json connect_by_browser(Call& call, const platform::Driver& driver, Json body) {
    if (const auto kind = call.option("kind"))
        body["kind"] = *kind;
    if (const auto identity = call.option("identity"))
        body["identity"] = *identity;
    Way way;
    const auto begun = body_of(begin(call, driver, std::move(body), way));
    const auto path = "sign-ins/" + json::text_or(begun, "id", "");
    send_away(call, driver, begun, way);
    auto step = body_of(come_back(call, path, way));
    if (json::text_or(step, "state", "") == "choosing") {
        const auto* choices = json::find(step, "choices");
        const auto chosen = pick(call, choices == nullptr ? Json::array() : *choices);
        step =
            body_of(call.send({"POST", path + "/choose", {}, json::dump({{"identity", chosen}})}));
    }
    const auto* account = json::find(step, "account");
    if (account == nullptr || !account->is_object())
        throw Error(
            code_of(step),
            json::text_or(step, "message", "Nothing was connected"),
            "Begin again: caas account connect " + std::string(driver.id));
    return *account;
}

}  // namespace caas::cli::command
