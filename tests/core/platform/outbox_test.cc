#include <filesystem>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/platform/drivers.h"
#include "core/platform/outbox/file.h"
#include "tests/core/platform/world.h"
#include "tests/fake/folder.h"

namespace caas::platform {
namespace {

namespace fs = std::filesystem;

std::size_t files_in(const fs::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder))
        ++count;
    return count;
}

Access access_to(const fs::path& folder, const std::string& format = "markdown") {
    Access access;
    access.remote_id = folder.string();
    access.config = json::dump({{"format", format}});
    return access;
}

Outcome publish(World& world, const Publication& what, const Access& access) {
    Journal journal;
    const auto step = outbox::driver.next(what, journal, access, world.tools);
    REQUIRE(step.has_value());
    write_down(journal, *step, world.clock.now());
    return outbox::driver.perform(what, *step, journal, access, world.tools);
}

TEST_CASE("pictures lie beside the text that shows them, with their words") {
    const fake::Folder folder;
    World world;
    Access access;
    access.remote_id = (folder / "box").string();
    access.config = "{}";
    auto what = publication({"Look"});
    Medium medium;
    medium.id = "01932f00-0000-7000-8000-00000000ed1a";
    medium.type = "image/jpeg";
    medium.size = 5;
    medium.alt = "A [wide]\nsea";
    medium.read = [](std::int64_t offset, std::size_t most) {
        return std::string("bytes").substr(static_cast<std::size_t>(offset), most);
    };
    what.parts[0].media = {medium, Medium{.id = "unknown"}};
    const auto step = outbox::driver.next(what, {}, access, world.tools);

    CHECK(brief(outbox::driver.perform(what, *step, {}, access, world.tools)) == "done");

    const auto text = read_file(folder / "box" / outbox::file_name(what, false), 1000);
    const auto file = outbox::medium_file(what, 1, medium);
    CHECK(file.ends_with("-1.jpeg"));
    CHECK(text.find("![A \\[wide\\] sea](" + file + ")") != std::string::npos);
    CHECK(text.find("![](unknown)") != std::string::npos);
    CHECK(read_file(folder / "box" / file, 100) == "bytes");
}

Medium picture_of(std::string bytes, std::int64_t size) {
    Medium medium;
    medium.id = "01932f00-0000-7000-8000-00000000ed1a";
    medium.type = "image/jpeg";
    medium.size = size;
    medium.read = [bytes = std::move(bytes)](std::int64_t offset, std::size_t most) {
        return bytes.substr(static_cast<std::size_t>(offset), most);
    };
    return medium;
}

TEST_CASE("a picture is for its owner only, as the text beside it") {
    World world;
    const fake::Folder folder;
    auto what = publication({"Look"});
    what.parts[0].media = {picture_of("bytes", 5)};
    const auto umask_before = ::umask(0);

    const auto outcome = publish(world, what, access_to(folder.path()));
    ::umask(umask_before);

    REQUIRE(brief(outcome) == "done");
    for (const auto& entry : fs::directory_iterator(folder.path()))
        CHECK(entry.status().permissions() == fs::perms(0600));
}

TEST_CASE("a picture that ends early is not published as a whole one") {
    World world;
    const fake::Folder folder;
    auto what = publication({"Look"});
    what.parts[0].media = {picture_of("byt", 5)};

    const auto outcome = publish(world, what, access_to(folder.path()));

    CHECK(brief(outcome) == "not_sent outbox.unavailable");
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a picture that is missing is told as it is and leaves nothing behind") {
    World world;
    const fake::Folder folder;
    auto what = publication({"Look"});
    what.parts[0].media = {picture_of("", 5)};
    what.parts[0].media[0].read = [](std::int64_t, std::size_t) -> std::string {
        throw Error(Code::not_found, "The file of the medium is not there any more");
    };

    const auto outcome = publish(world, what, access_to(folder.path()));

    CHECK(brief(outcome) == "not_sent outbox.not_found");
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a post becomes one file named by its time, words and id") {
    World world;
    fake::Folder folder;

    const auto outcome =
        publish(world, publication({"Our app now works offline!"}), access_to(folder.path()));

    REQUIRE(brief(outcome) == "done");
    const auto& done = std::get<Done>(outcome);
    CHECK(done.remote_id == "20261122T100000Z-our-app-now-works-offline-abcdef01.md");
    CHECK(done.url == "file://" + (folder.path() / done.remote_id).string());
    CHECK(
        read_file(folder.path() / done.remote_id, 10000) ==
        "---\npost: 01932f00-0000-7000-8000-0000abcdef01\ndue_at: 2026-11-22T10:00:00.000Z\n"
        "language: \"en\"\n---\n\nOur app now works offline!\n");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("the parts of a thread stand in one file, set apart by a rule") {
    World world;
    fake::Folder folder;

    const auto outcome = publish(world, publication({"One", "Two\n"}), access_to(folder.path()));

    const auto text = read_file(folder.path() / std::get<Done>(outcome).remote_id, 10000);
    CHECK(text.find("parts: 2\n") != std::string::npos);
    CHECK(text.ends_with("---\n\nOne\n\n---\n\nTwo\n"));
}

TEST_CASE("an outbox may write JSON") {
    World world;
    fake::Folder folder;
    auto what = publication({"One", "Two"});
    what.options = R"({"tag":"news"})";

    const auto outcome = publish(world, what, access_to(folder.path(), "json"));

    const auto name = std::get<Done>(outcome).remote_id;
    CHECK(name.ends_with(".json"));
    const auto text = read_file(folder.path() / name, 10000);
    const auto body = json::parse(text, "The file");
    CHECK(body.at("parts").at(1).at("text") == "Two");
    CHECK(body.at("options").at("tag") == "news");
    CHECK(body.at("due_at") == "2026-11-22T10:00:00.000Z");
}

TEST_CASE("writing the same step again leaves one file") {
    World world;
    fake::Folder folder;
    const auto access = access_to(folder.path());
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = outbox::driver.next(what, journal, access, world.tools);
    write_down(journal, *step, world.clock.now()).state = StepState::unknown;
    outbox::driver.perform(what, *step, journal, access, world.tools);

    const auto again = outbox::driver.next(what, journal, access, world.tools);
    const auto outcome = outbox::driver.perform(what, *again, journal, access, world.tools);

    CHECK(again->prepared == step->prepared);
    CHECK(again->is_repeatable);
    CHECK(brief(outcome) == "done");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a look says certainly whether the file is there") {
    World world;
    fake::Folder folder;
    const auto access = access_to(folder.path());
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = outbox::driver.next(what, journal, access, world.tools);
    write_down(journal, *step, world.clock.now()).state = StepState::unknown;

    CHECK(brief(outbox::driver.look(what, journal, access, world.tools)) == "absent");
    outbox::driver.perform(what, *step, journal, access, world.tools);
    const auto sight = outbox::driver.look(what, journal, access, world.tools);

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).url.starts_with("file:///"));
}

TEST_CASE("once the file is written there is no further step, also for a thread") {
    World world;
    fake::Folder folder;
    const auto access = access_to(folder.path());
    const auto what = publication({"One", "Two", "Three"});
    Journal journal;
    const auto step = outbox::driver.next(what, journal, access, world.tools);
    write_down(journal, *step, world.clock.now()).state = StepState::done;

    CHECK(step->part == 2);
    CHECK_FALSE(outbox::driver.next(what, journal, access, world.tools).has_value());
}

TEST_CASE("a folder that cannot be written to is an outcome and no exception") {
    World world;
    fake::Folder folder;
    write_file(folder.path() / "file", "in the way");

    const auto outcome =
        publish(world, publication({"Hello"}), access_to(folder.path() / "file" / "below"));

    CHECK(brief(outcome).starts_with("not_sent outbox."));
}

TEST_CASE("a folder that went missing is made again") {
    World world;
    fake::Folder folder;

    const auto outcome =
        publish(world, publication({"Hello"}), access_to(folder.path() / "a" / "b"));

    CHECK(brief(outcome) == "done");
}

TEST_CASE("the name of a file holds nothing but harmless characters") {
    auto what = publication({"../../etc/passwd \xF0\x9F\x98\x80 H\xC3\xA9llo; rm -rf"});

    const auto name = outbox::file_name(what, false);

    CHECK(name == "20261122T100000Z-etc-passwd-h-llo-rm-rf-abcdef01.md");
}

TEST_CASE("a text without a Latin letter still gives a name") {
    CHECK(
        outbox::file_name(publication({"\xE4\xBD\xA0\xE5\xA5\xBD"}), false) ==
        "20261122T100000Z-abcdef01.md");
}

TEST_CASE("a file's URL encodes what a URL may not hold") {
    CHECK(outbox::file_url("/tmp/a b/c#d.md") == "file:///tmp/a%20b/c%23d.md");
}

TEST_CASE("connecting an outbox makes its folder") {
    World world;
    fake::Folder folder;
    ConnectRequest request;
    request.config = {{"folder", (folder.path() / "outbox").string()}};

    const auto identity = outbox::driver.connect(request, world.tools);

    CHECK(fs::is_directory(folder.path() / "outbox"));
    CHECK(identity.remote_id == (folder.path() / "outbox").string());
    CHECK(identity.handle == "outbox");
    CHECK(fs::is_empty(folder.path() / "outbox"));
}

TEST_CASE("an outbox may be any folder") {
    World world;
    fake::Folder folder;
    ConnectRequest request;
    request.identifier = (folder.path() / "x" / ".." / "y").string();

    CHECK(outbox::driver.connect(request, world.tools).remote_id == (folder.path() / "y").string());
}

TEST_CASE("an outbox without any folder is refused") {
    World world;
    CHECK_THROWS_AS(outbox::driver.connect({}, world.tools), Error);
}

TEST_CASE("an outbox of an unknown format is refused") {
    World world;
    fake::Folder folder;
    ConnectRequest request;
    request.config = {{"folder", folder.path().string()}, {"format", "pdf"}};

    CHECK_THROWS_AS(outbox::driver.connect(request, world.tools), Error);
}

}  // namespace
}  // namespace caas::platform
