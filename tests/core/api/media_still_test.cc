// Small pictures of videos, by a program that need not be there.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "core/base/file.h"
#include "tests/core/api/server.h"
#include "tests/core/media/samples.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;

struct Studio {
    // `script`: what stands in for ffmpeg; empty: there is none.
    explicit Studio(const std::string& script) : server(variables(script)) {}

    api::Variables variables(const std::string& script) const {
        const auto file = folder.path() / "ffmpeg";
        if (!script.empty()) {
            write_file(folder.path() / "still.jpg", media::sample::jpeg(320, 180));
            write_file(file, "#!/bin/sh\n" + script + "\n");
            std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        }
        return {{"CAAS_MEDIA_FFMPEG", file.string()}};
    }

    Answer still() {
        const auto answer = server.send(
            "POST",
            "/api/v1/media",
            std::make_unique<api::TextBody>(
                "--xyz\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n" +
                media::sample::mp4() + "\r\n--xyz--\r\n"),
            server.home.owner,
            {{"Content-Type", "multipart/form-data; boundary=xyz"}});
        REQUIRE(answer.status == 201);
        return server.call(
            "GET",
            "/api/v1/media/" + answer.json.at("id").get<std::string>() + "/file?thumbnail=1");
    }

    fake::Folder folder;
    Server server;
};

TEST_CASE("a video's small picture is what ffmpeg makes of its beginning") {
    Studio studio("echo \"$@\" >\"${0%/*}/asked\"; exec /bin/cat \"${0%/*}/still.jpg\"");

    const auto small = studio.still();

    REQUIRE(small.status == 200);
    CHECK(small.text == media::sample::jpeg(320, 180));
    CHECK(studio.server.home.count("rendition") == 1);
    const auto asked = read_file(studio.folder.path() / "asked", 10'000);
    CHECK(asked.find("-protocol_whitelist file,pipe") != std::string::npos);
    CHECK(asked.find("-frames:v 1") != std::string::npos);
}

TEST_CASE("without ffmpeg it is said what to install") {
    Studio studio("");

    const auto refused = studio.still();

    CHECK(refused.status == 415);
    CHECK(refused.code() == "unsupported_media_type");
    CHECK(
        refused.json.at("hint").get<std::string>().find("apt install ffmpeg") != std::string::npos);
}

TEST_CASE("what ffmpeg says of a broken video is handed on, and nothing is kept") {
    Studio studio("echo 'moov atom not found' >&2; exit 1");

    const auto refused = studio.still();

    CHECK(refused.status == 422);
    CHECK(
        refused.json.at("detail").get<std::string>().find("moov atom not found") !=
        std::string::npos);
    CHECK(studio.server.home.count("rendition") == 0);
}

TEST_CASE("what is no picture is not taken for one") {
    Studio studio("echo '<html>'");

    CHECK(studio.still().status >= 400);
    CHECK(studio.server.home.count("rendition") == 0);
}

}  // namespace
}  // namespace caas
