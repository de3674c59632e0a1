#include "core/base/log.h"

#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
    std::vector<std::string> lines;
    std::string line;
    for (const char c : read_file(file, 10U << 20U)) {
        if (c == '\n') {
            lines.push_back(line);
            line.clear();
        } else {
            line += c;
        }
    }
    CHECK(line.empty());
    return lines;
}

TEST_CASE("a line is one JSON object with its time, level, event and fields in order") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    Log log(clock, Level::info, folder / "log");

    log.write(Level::warn, "post.late", {{"post", "1"}, {"by", "60 s"}});

    CHECK(
        lines_of(folder / "log") ==
        std::vector<std::string>{
            R"({"time":"2026-11-22T10:00:00.000Z","level":"warn","event":"post.late",)"
            R"("post":"1","by":"60 s"})"});
}

TEST_CASE("text of users can neither forge a line nor break one") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    Log log(clock, Level::info, folder / "log");

    log.write(Level::info, "x", {{"text", "a\n{\"level\":\"error\"}\r\x1b[31m\x80 %v {} \"q\""}});

    const auto lines = lines_of(folder / "log");
    REQUIRE(lines.size() == 1);
    const auto read = json::parse(lines[0], "line");
    CHECK(json::text_or(read, "level", "") == "info");
    CHECK(json::text_or(read, "text", "").starts_with("a\n{\"level\":\"error\"}"));
}

TEST_CASE("what is below the least level is not written") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    Log log(clock, Level::warn, folder / "log");

    log.write(Level::debug, "a");
    log.write(Level::info, "b");
    log.write(Level::warn, "c");
    log.write(Level::error, "d");
    log.write(Level::off, "e");

    CHECK(lines_of(folder / "log").size() == 2);
}

TEST_CASE("a log that is off writes nothing") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    Log log(clock, Level::off, folder / "log");

    log.write(Level::error, "a");

    CHECK(lines_of(folder / "log").empty());
}

TEST_CASE("after a rotation the log goes on in a new file") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    Log log(clock, Level::info, folder / "log");
    log.write(Level::info, "before");
    std::filesystem::rename(folder / "log", folder / "log.1");

    log.write(Level::info, "between");
    log.reopen();
    log.write(Level::info, "after");

    CHECK(lines_of(folder / "log.1").size() == 2);
    CHECK(lines_of(folder / "log").size() == 1);
}

TEST_CASE("a second log on the same file adds to it") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    Log(clock, Level::info, folder / "log").write(Level::info, "one");
    Log(clock, Level::info, folder / "log").write(Level::info, "two");

    CHECK(lines_of(folder / "log").size() == 2);
}

TEST_CASE("a log file that cannot be opened is an error that names it") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    write_file(folder / "file", "x");

    CHECK_THROWS_AS(Log(clock, Level::info, folder / "file/log"), Error);
}

TEST_CASE("lines of several threads do not mix") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    Log log(clock, Level::info, folder / "log");
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&log] {
                for (int k = 0; k < 50; ++k)
                    log.write(Level::info, "x", {{"text", std::string(500, 'y')}});
            });
    }

    const auto lines = lines_of(folder / "log");
    CHECK(lines.size() == 200);
    for (const auto& line : lines)
        CHECK(json::try_parse(line));
}

}  // namespace
}  // namespace caas
