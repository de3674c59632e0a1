#include "core/net/loopback_only.h"

#include <doctest/doctest.h>

#include "tests/fake/fake_http.h"

namespace caas::net {
namespace {

TEST_CASE("only this machine is reached") {
    int asked = 0;
    auto inner = std::make_unique<fake::FakeHttp>();
    inner->handler = [&asked](const Request&) {
        ++asked;
        return Response{204, {}, ""};
    };
    LoopbackOnly client(std::move(inner));
    const auto is_answered = [&](const char* url) {
        Request request;
        request.url = url;
        const auto result = client.send(request);
        const auto* failure = std::get_if<Failure>(&result);
        if (failure != nullptr) {
            CHECK(failure->kind == Failure::Kind::refused_address);
            CHECK(!failure->may_have_left);
        }
        return failure == nullptr;
    };

    CHECK(is_answered("http://127.0.0.1:8001/x"));
    CHECK(is_answered("http://localhost/x"));
    CHECK(is_answered("http://[::1]:8001/x"));
    CHECK(!is_answered("https://api.x.com/2/tweets"));
    CHECK(!is_answered("http://127.0.0.1.evil.test/"));
    CHECK(!is_answered("http://10.0.0.1/"));
    CHECK(asked == 3);
}

TEST_CASE("where the pretend platforms do not answer, it says how to start them") {
    auto inner = std::make_unique<fake::FakeHttp>();
    inner->handler = [](const Request&) {
        return Failure{Failure::Kind::connect, false, "refused"};
    };
    LoopbackOnly client(std::move(inner), "http://127.0.0.1:8001");
    const auto message_of = [&](const char* url) {
        Request request;
        request.url = url;
        return std::get<Failure>(client.send(request)).message;
    };

    CHECK(
        message_of("http://127.0.0.1:8001/2/tweets").find("caasd --sandbox") != std::string::npos);
    CHECK(message_of("http://127.0.0.1:9000/hook") == "refused");
}

}  // namespace
}  // namespace caas::net
