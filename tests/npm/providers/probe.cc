// Prints, as one JSON array, the requests that the real drivers would send, for the checks against
// published specifications. Nothing leaves this process.
#include <cstdio>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/provider/driver.h"
#include "core/provider/prompt.h"
#include "core/provider/schema.h"
#include "core/provider/template.h"

namespace caas {
namespace {

class Recorder final : public net::HttpClient {
  public:
    std::vector<net::Request> asked;

    net::Result send(const net::Request& request) override {
        asked.push_back(request);
        return net::Failure{net::Failure::Kind::connect, false, "only recorded"};
    }
};

provider::Ask question(const std::string& prompts, bool is_stream) {
    provider::PlatformRules x;
    x.id = "x";
    x.title = "X";
    x.text_limit = 280;
    x.has_threads = true;
    provider::PlatformRules linkedin;
    linkedin.id = "linkedin";
    linkedin.title = "LinkedIn";
    linkedin.text_limit = 3000;
    const std::vector<provider::PlatformRules> rules{linkedin, x};
    const std::vector<provider::Shape> shapes{{"linkedin", false}, {"x", true}};

    provider::Ask ask;
    ask.brief = {"Our app now works offline", "casual", "de", "", {"linkedin", "x"}, 0};
    const auto text = provider::post_prompt(
        provider::Template::load(prompts, provider::post_template), ask.brief, rules, 1);
    ask.system = text.system;
    ask.user = text.user;
    ask.schema = provider::posts_schema(shapes);
    if (is_stream)
        ask.on_text = [](std::string_view) {};
    return ask;
}

Json recorded(const std::string& prompts) {
    Json all = Json::array();
    SystemClock clock;
    SystemRandom random;
    for (const auto* id : {"anthropic", "gemini", "openai", "openai-compatible"}) {
        for (const bool is_stream : {false, true}) {
            Recorder http;
            provider::Endpoint endpoint;
            endpoint.key = Secret("sk-test");
            if (std::string(id) == "openai-compatible") {
                endpoint.model = "gpt-5.4-mini";
                endpoint.base_url = "https://api.openai.com/v1";
            }
            try {
                provider::get(id).ask(
                    question(prompts, is_stream), endpoint, {http, clock, random});
            } catch (const Error&) {  // the recorder answers nothing
            }
            const auto& request = http.asked.at(0);
            Json headers = Json::object();
            for (const auto& [name, value] : request.headers)
                headers[name] = value;
            all.push_back(
                {{"driver", id},
                 {"stream", is_stream},
                 {"method", request.method},
                 {"url", request.url},
                 {"headers", headers},
                 {"body", Json::parse(request.body)}});
        }
    }
    return all;
}

}  // namespace
}  // namespace caas

int main(int count, char** words) {
    if (count != 2) {
        std::fputs("usage: caas_provider_probe <folder of the prompts>\n", stderr);
        return 2;
    }
    std::puts(caas::json::dump(caas::recorded(words[1])).c_str());
    return 0;
}
