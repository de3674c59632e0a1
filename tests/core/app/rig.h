// A home on the disk and the whole application on it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "core/app/app.h"
#include "tests/fake/folder.h"

namespace caas::app {

struct Answer {
    int status = 0;
    std::string text;
    Json json;

    std::string code() const { return json::text_or(json, "code", "none"); }
};

inline Answer read(const api::Response& response) {
    Answer answer{response.status, {}, {}};
    if (const auto* text = std::get_if<std::string>(&response.body))
        answer.text = *text;
    answer.json = json::try_parse(answer.text).value_or(Json());
    return answer;
}

inline api::Request request(
    const std::string& method, const std::string& target, const Json& body = nullptr) {
    api::Request made;
    made.method = method;
    made.target = target;
    if (!body.is_null())
        made.body = std::make_unique<api::TextBody>(body.dump());
    return made;
}

struct House {
    // The environment beside what every test needs; nothing of the machine's own.
    std::map<std::string, std::string> variables;
    fake::Folder folder;

    std::filesystem::path home() const { return folder / "home"; }

    Start start() const {
        auto all = variables;
        all.emplace("CAAS_HOME", home().string());
        all.emplace("CAAS_SHARE", CAAS_SOURCE_DIR "/share");
        Start out;
        out.environment = config::environment_of(std::move(all));
        out.user = "ana";
        return out;
    }

    std::unique_ptr<App> open() const { return std::make_unique<App>(start()); }
};

inline Answer call(
    App& app, const std::string& method, const std::string& target, const Json& body = nullptr) {
    auto made = request(method, target, body);
    return read(app.handle_local(made));
}

inline Answer remote(App& app, const std::string& target, const std::string& authorization) {
    auto made = request("GET", target);
    if (!authorization.empty())
        made.headers.emplace_back("Authorization", authorization);
    return read(app.handle_remote(made));
}

inline std::string add(App& app, const std::string& text) {
    return call(app, "POST", "/api/v1/content", {{"text", text}}).json.at("id").get<std::string>();
}

// The stable name of the code of what `action` throws, or "fine".
template <typename Action>
std::string code_of(Action action) {
    try {
        action();
    } catch (const Error& e) {
        return std::string(facts(e.code()).name);
    }
    return "fine";
}

}  // namespace caas::app
