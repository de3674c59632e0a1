#include "core/net/sse.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas {
namespace {

struct Reading {
    std::vector<net::Event> events;
    net::SseParser parser{[this](const net::Event& event) {
        events.push_back(event);
        return true;
    }};

    std::string all() const {
        std::string out;
        for (const auto& event : events)
            out += event.name + "=" + event.data + ";";
        return out;
    }
};

TEST_CASE("events are given out as their empty line arrives") {
    Reading reading;

    CHECK(reading.parser.feed("event: delta\ndata: {\"a\":1}\n"));
    CHECK(reading.events.empty());
    CHECK(reading.parser.feed("\ndata: two\n\n"));

    CHECK(reading.all() == "delta={\"a\":1};message=two;");
}

TEST_CASE("all three line ends are understood, even mixed") {
    Reading reading;

    reading.parser.feed("data: a\r\n\r\ndata: b\r\rdata: c\n\n");

    CHECK(reading.all() == "message=a;message=b;message=c;");
}

TEST_CASE("a stream may be cut anywhere, also inside a line end") {
    Reading reading;
    const std::string stream =
        "\xEF\xBB\xBF"
        "event: x\r\ndata: one\r\ndata: two\r\n\r\n: note\r\ndata:3\r\n\r\n";

    for (const char c : stream)
        reading.parser.feed(std::string_view(&c, 1));

    CHECK(reading.all() == "x=one\ntwo;message=3;");
}

TEST_CASE("only one space after the colon is dropped") {
    Reading reading;

    reading.parser.feed("data:  two spaces \n\ndata:none\n\ndata\n\n");

    CHECK(reading.all() == "message= two spaces ;message=none;message=;");
}

TEST_CASE("comments, unknown fields and events without data say nothing") {
    Reading reading;

    reading.parser.feed(": keep-alive\n\nretry: 100\nevent: ping\n\nfoo: bar\n\ndata: x\n\n");

    CHECK(reading.all() == "message=x;");
}

TEST_CASE("the last id stays with later events") {
    Reading reading;

    reading.parser.feed("id: 7\ndata: a\n\ndata: b\n\n");

    CHECK(reading.events.at(1).id == "7");
}

TEST_CASE("a byte order mark is dropped only at the start") {
    Reading reading;

    reading.parser.feed(
        "\xEF\xBB\xBF"
        "data: a\n\ndata: \xEF\xBB\xBF"
        "b\n\n");

    CHECK(
        reading.all() ==
        "message=a;message=\xEF\xBB\xBF"
        "b;");
}

TEST_CASE("an event that nobody closed is given out at the end") {
    Reading reading;

    reading.parser.feed("data: a\n\ndata: [DONE]");
    CHECK(reading.events.size() == 1);
    CHECK(reading.parser.finish());

    CHECK(reading.all() == "message=a;message=[DONE];");
}

TEST_CASE("the end of a closed stream gives out nothing twice") {
    Reading reading;

    reading.parser.feed("data: a\n\n");
    reading.parser.finish();

    CHECK(reading.all() == "message=a;");
}

TEST_CASE("a reader may stop the stream") {
    int count = 0;
    net::SseParser parser([&](const net::Event&) { return ++count < 2; });

    CHECK_FALSE(parser.feed("data: a\n\ndata: b\n\ndata: c\n\n"));
    CHECK_FALSE(parser.feed("data: d\n\n"));
    CHECK_FALSE(parser.finish());

    CHECK(count == 2);
}

TEST_CASE("an event beyond the bound is refused, in one line or in many") {
    const auto ignore = [](const net::Event&) { return true; };
    net::SseParser one(ignore, 64);
    net::SseParser many(ignore, 64);
    net::SseParser fine(ignore, 64);
    std::string lines;
    for (int i = 0; i < 20; ++i)
        lines += "data: 12345\n";

    CHECK_THROWS_AS(one.feed("data: " + std::string(100, 'x')), Error);
    CHECK_THROWS_AS(many.feed(lines), Error);
    CHECK(fine.feed("data: 12345\n\ndata: 12345\n\ndata: 12345\n\ndata: 12345\n\ndata: 12345\n\n"));
}

}  // namespace
}  // namespace caas
