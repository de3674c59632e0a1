// Streams of all four wire formats, as the pretend providers send them, cut at every byte.
#include <utility>

#include "core/sandbox/provider_http.h"
#include "tests/core/provider/asking.h"

namespace caas {
namespace {

const std::vector<std::string> drivers{"anthropic", "gemini", "openai", "openai-compatible"};

// The whole stream that a pretend provider would send to this driver.
std::string stream_for(const std::string& driver, fake::Asking& it) {
    sandbox::ProviderSandbox providers;
    std::string bytes;
    it.http.handler = [&](const net::Request& request) {
        bytes = providers.handle(request).body();
        return net::Response{200, {}, bytes};
    };
    it.answer(driver);
    return bytes;
}

struct Short {
    const char* driver;
    const char* bytes;
};

const std::string short_text = R"({"x":1})";

// Streams as short as the wire formats allow, so that cutting them everywhere is quick.
const std::vector<Short> shorts{
    {"openai",
     "event: response.created\n"
     "data: {\"type\":\"response.created\",\"response\":{\"status\":\"in_progress\"}}\n\n"
     "event: response.output_text.delta\n"
     "data: {\"type\":\"response.output_text.delta\",\"delta\":\"{\\\"x\\\"\"}\n\n"
     "event: response.output_text.delta\n"
     "data: {\"type\":\"response.output_text.delta\",\"delta\":\":1}\"}\n\n"
     "event: response.completed\n"
     "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[],"
     "\"usage\":{\"output_tokens\":5}}}\n\n"},
    {"openai-compatible",
     "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"x\\\"\"},\"finish_reason\":null}]}\n\n"
     "data: {\"choices\":[{\"delta\":{\"content\":\":1}\"},\"finish_reason\":null}]}\n\n"
     "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
     "data: {\"choices\":[],\"usage\":{\"completion_tokens\":5}}\n\ndata: [DONE]\n\n"},
    {"anthropic",
     "event: message_start\n"
     "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3}}}\n\n"
     "event: content_block_delta\n"
     "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":"
     "\"{\\\"x\\\":1}\"}}\n\n"
     "event: message_delta\n"
     "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
     "\"usage\":{\"output_tokens\":5}}\n\n"
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"},
    {"gemini",
     "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{\\\"x\\\"\"}]}}]}\r\n\r\n"
     "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\":1}\"}]},\"finishReason\":"
     "\"STOP\"}],\"usageMetadata\":{\"candidatesTokenCount\":5}}\r\n\r\n"},
};

// How many of all cuts still give the answer; every other one must be an error that says so.
std::size_t whole_cuts(const Short& row) {
    const std::string bytes = row.bytes;
    std::size_t whole = 0;
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        fake::Asking it;
        it.stream();
        it.endpoint.model = "m-1";
        it.http.answer(200, bytes.substr(0, size));
        try {
            const auto answer = it.answer(row.driver);
            ++whole;
            CHECK_MESSAGE(answer.text == short_text, row.driver << " cut at " << size);
        } catch (const provider::CallError& error) {
            CHECK_MESSAGE(
                error.code() == Code::provider_unavailable, row.driver << " cut at " << size);
            CHECK(error.may_retry);
        }
        CHECK(short_text.starts_with(it.streamed));
    }
    return whole;
}

// The bytes that may be missing: line ends behind the event that says stop, and later events.
TEST_CASE("openai's stream cut at any byte is whole or an error, never a part") {
    CHECK(whole_cuts(shorts[0]) == 3);
}

TEST_CASE("a compatible server's stream cut at any byte is whole or an error, never a part") {
    const std::string bytes = shorts[1].bytes;
    CHECK(whole_cuts(shorts[1]) == bytes.size() - bytes.find("\"stop\"}]}") - 9 + 1);
}

TEST_CASE("anthropic's stream cut at any byte is whole or an error, never a part") {
    const std::string bytes = shorts[2].bytes;
    CHECK(whole_cuts(shorts[2]) == bytes.size() - bytes.find("\nevent: message_stop") + 2);
}

TEST_CASE("gemini's stream cut at any byte is whole or an error, never a part") {
    CHECK(whole_cuts(shorts[3]) == 5);
}

TEST_CASE("a stream is read the same in pieces of any size") {
    for (const auto& driver : drivers) {
        CAPTURE(driver);
        fake::Asking first;
        first.stream();
        first.endpoint.model = "m-1";
        const auto bytes = stream_for(driver, first);
        for (const std::size_t size : {1U, 2U, 3U, 64U, 100'000U}) {
            fake::Asking it;
            it.stream();
            it.endpoint.model = "m-1";
            it.http.handler = [&](const net::Request& request) -> net::Result {
                for (std::size_t at = 0; at < bytes.size(); at += size)
                    request.on_data(std::string_view(bytes).substr(at, size));
                return net::Response{200, {}, {}};
            };

            const auto answer = it.answer(driver);

            CHECK(answer.text == first.streamed);
            CHECK(answer.usage.is_known);
            CHECK(answer.usage.output > 0);
        }
    }
}

TEST_CASE("a connection that dies after the end does not spoil the answer") {
    for (const auto& driver : drivers) {
        CAPTURE(driver);
        fake::Asking first;
        first.stream();
        first.endpoint.model = "m-1";
        const auto bytes = stream_for(driver, first);
        fake::Asking it;
        it.stream();
        it.endpoint.model = "m-1";
        it.http.handler = [&](const net::Request& request) -> net::Result {
            request.on_data(bytes);
            return net::Failure{net::Failure::Kind::broken, true, "reset"};
        };

        CHECK(it.answer(driver).text == first.streamed);
    }
}

TEST_CASE("a stream that is cut after some text is not said to be out of reach") {
    const std::string piece = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    fake::Asking it;
    it.stream();
    SUBCASE("with its end missing") {
        it.http.answer(200, piece);
    }
    SUBCASE("by a connection that breaks") {
        it.http.handler = [&](const net::Request& request) -> net::Result {
            request.on_data(piece);
            return net::Failure{net::Failure::Kind::broken, true, "reset"};
        };
    }

    const auto error = it.failure("openai-compatible");

    CHECK(error.code() == Code::provider_unavailable);
    CHECK(std::string(error.what()).find("in the middle of the answer") != std::string::npos);
    CHECK(std::string(error.what()).find("reached") == std::string::npos);
    CHECK(error.hint().find("running") == std::string::npos);
}

TEST_CASE("a canceled stream is canceled") {
    fake::Asking it;
    it.stream();
    it.http.handler = [&](const net::Request& request) -> net::Result {
        request.on_data("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
        return net::Failure{net::Failure::Kind::canceled, true, "canceled"};
    };

    CHECK(it.failure("openai-compatible").code() == Code::canceled);
}

}  // namespace
}  // namespace caas
