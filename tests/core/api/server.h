// The API over a whole home, called as the daemon and the command line call it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/api/router.h"
#include "core/base/file.h"
#include "tests/core/api/schema_check.h"
#include "tests/fake/home.h"

namespace caas::api {

struct Answer {
    int status = 0;
    net::Headers headers;
    std::string text;
    std::string route;
    Json json;  // null when the text is none

    std::string header(std::string_view name) const {
        return net::Response{status, headers, {}}.header(name).value_or("");
    }

    std::string code() const { return json::text_or(json, "code", "none"); }
};

using Variables = std::map<std::string, std::string>;

struct Server {
    explicit Server(Variables variables = {}) : home(std::move(variables)) {}

    // What comes back for a request of the given body; `target` may hold a query.
    Answer send(
        const std::string& method,
        const std::string& target,
        std::unique_ptr<BodySource> body,
        const std::optional<access::Principal>& principal,
        net::Headers headers = {}) {
        Request request;
        request.method = method;
        const auto mark = target.find('?');
        request.target = target.substr(0, mark);
        if (mark != std::string::npos)
            request.query = target.substr(mark + 1);
        request.headers = std::move(headers);
        request.body = std::move(body);
        request.stop = stop.get_token();
        request.closing = closing.get_token();
        request.remote_address = address;
        auto response = router.handle(request, principal);
        Answer answer{response.status, response.headers, {}, response.route, {}};
        if (const auto* range = std::get_if<FileRange>(&response.body))
            answer.text =
                read_file(range->file, std::size_t{64} << 20U).substr(range->from, range->length);
        if (const auto* text = std::get_if<std::string>(&response.body))
            answer.text = *text;
        if (const auto* stream = std::get_if<EventStream>(&response.body))
            (*stream)([&](std::string_view piece) {
                answer.text += piece;
                return !hangs_up;
            });
        answer.json = json::try_parse(answer.text).value_or(Json());
        check_promise(method, target, answer);
        return answer;
    }

    // Every answer is what the row of its route promises, whatever a test looks at.
    static void check_promise(
        const std::string& method, const std::string& target, const Answer& answer) {
        for (const auto& route : routes()) {
            if (route.pattern != answer.route || route.id.empty() ||
                route.method != (method == "HEAD" ? "GET" : method))
                continue;
            CAPTURE(method);
            CAPTURE(target);
            CAPTURE(answer.text);
            const auto type = answer.header("Content-Type");
            const auto faults = faults_of_answer(route, answer.status, type, answer.json);
            CHECK(faults == std::vector<std::string>{});
        }
    }

    Answer call(const std::string& method, const std::string& target, const Json& body = nullptr) {
        return as(home.owner, method, target, body);
    }

    Answer as(
        const access::Principal& principal,
        const std::string& method,
        const std::string& target,
        const Json& body = nullptr) {
        auto source = body.is_null() ? nullptr : std::make_unique<TextBody>(body.dump());
        return send(
            method, target, std::move(source), principal, {{"Content-Type", "application/json"}});
    }

    std::string add(const std::string& text) {
        return call("POST", "/api/v1/content", {{"text", text}}).json.at("id").get<std::string>();
    }

    std::string organization() const { return home.owner.organization.text(); }

    std::string workspace() const { return home.owner.workspace.text(); }

    fake::Home home;
    int wakes = 0;
    std::string address;    // of who asks; empty: this machine
    bool hangs_up = false;  // whoever reads a stream
    std::stop_source stop;
    std::stop_source closing;
    Vital vital{"1.2.3", false, "", false};
    access::PasswordHasher hasher{{.memory_kib = 64, .passes = 1}, home.random};
    access::SigningKeys keys = access::parse_signing_keys(std::string(32, 'k'), "test");
    const flow::People people{hasher, [this]() -> const access::SigningKeys& { return keys; }};
    int posts = 0;  // how often mail was put in the queue
    Context context{
        home.tools,
        [this] { ++wakes; },
        [this] { return vital; },
        {},
        &people,
        [this] { ++posts; }};
    Router router{context};
};

}  // namespace caas::api
