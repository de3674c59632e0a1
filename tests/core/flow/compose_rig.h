// A home whose provider is pretended: by the sandbox, or by answers in OpenAI's form that the test
// lines up.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/flow/compose.h"
#include "core/sandbox/provider_http.h"
#include "tests/fake/home.h"

namespace caas::flow {

using Variables = std::map<std::string, std::string>;

struct Desk {
    explicit Desk(Variables variables = {{"OPENAI_API_KEY", "sk-good"}})
        : home(std::move(variables)) {
        order.prompt = "Our app works offline now";
        order.platforms = {"x"};
        order.provider = "openai";
    }

    // From now on the sandbox answers.
    void pretend() {
        home.http.handler = [this](const net::Request& request) { return provider.send(request); };
    }

    // One answer of OpenAI's Responses API with these posts: {"x": {"parts": [...]}} and so on.
    void answer(const Json& posts, int input = 100, int output = 50) {
        home.http.answer(
            200,
            Json{
                {"id", "resp_1"},
                {"status", "completed"},
                {"model", "gpt-5.4-mini"},
                {"output",
                 {{{"type", "message"},
                   {"role", "assistant"},
                   {"content", {{{"type", "output_text"}, {"text", posts.dump()}}}}}}},
                {"usage", {{"input_tokens", input}, {"output_tokens", output}}}}
                .dump());
    }

    void answer_x(const std::string& text) { answer({{"x", {{"parts", {text}}}}}); }

    Generated generate() {
        return flow::generate(home.tools, home.owner, order, watcher, stop.get_token());
    }

    Error refusal() {
        return fake::thrown_by([&] { generate(); });
    }

    content::Content stored(const Generated& generated) {
        return home.store.read([&](store::Reader& reader) {
            return content::get(reader, home.owner.workspace, *generated.content);
        });
    }

    // The body of a request to the provider, as JSON.
    Json sent(std::size_t number) const { return Json::parse(home.http.asked.at(number).body); }

    fake::Home home;
    sandbox::ProviderSandbox providers;
    sandbox::ProviderHttp provider{providers, home.clock};
    GenerateOrder order;
    Watcher watcher;
    std::stop_source stop;
};

}  // namespace caas::flow
