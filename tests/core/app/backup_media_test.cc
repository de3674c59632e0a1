// Pictures and videos travel in a backup, and what is lost is said.
#include "core/app/backup_media.h"

#include <doctest/doctest.h>

#include "core/app/maintenance.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "tests/core/app/rig.h"
#include "tests/core/media/samples.h"
#include "tests/fake/fake_clock.h"

namespace caas {
namespace {

namespace sample = media::sample;

using app::Answer;
using app::House;

constexpr std::size_t much = 64U << 20U;

// Gives the digest of its file.
std::string upload(app::App& app, const std::string& name, const std::string& bytes) {
    auto asked = app::request("POST", "/api/v1/media");
    asked.headers.emplace_back("Content-Type", "multipart/form-data; boundary=xyz");
    asked.body = std::make_unique<api::TextBody>(
        "--xyz\r\nContent-Disposition: form-data; name=file; filename=" + name + "\r\n\r\n" +
        bytes + "\r\n--xyz--\r\n");
    const auto answer = app::read(app.handle_local(asked));
    REQUIRE(answer.status == 201);
    return answer.json.at("sha256").get<std::string>();
}

// More than one piece of a backup.
std::string large_png() {
    return sample::png(40, 30, sample::chunk("IDAT", std::string(2'000'000, '\xa5')));
}

struct Album {
    House house;
    std::filesystem::path backup = house.folder / "backup.caas";
    std::string roof;  // the digests of two pictures
    std::string tower;

    Album() {
        const auto app = house.open();
        roof = upload(*app, "roof.png", sample::png(10, 10));
        tower = upload(*app, "tower.png", large_png());
    }

    std::filesystem::path file(const std::string& digest) const {
        return house.home() / "media" / digest.substr(0, 2) / digest;
    }

    std::optional<app::MediaFacts> save(bool with_media = true) const {
        return app::backup(*house.open(), backup, true, with_media).media;
    }

    app::MediaFacts restore() const {
        fake::FakeClock clock;
        const auto start = house.start();
        return app::restore(
                   config::find_paths(start.environment, start.paths, {}), backup, clock, true)
            .media;
    }
};

TEST_CASE("after the loss of the whole home a restore brings its media back") {
    const Album it;
    const auto packed = it.save();
    std::filesystem::remove_all(it.house.home());

    const auto facts = it.restore();

    REQUIRE(packed);
    CHECK(packed->files == 2);
    CHECK(packed->missing == 0);
    CHECK(facts.files == 2);
    CHECK(facts.missing == 0);
    CHECK(read_file(it.file(it.roof), much) == sample::png(10, 10));
    CHECK(read_file(it.file(it.tower), much) == large_png());
}

TEST_CASE("the database of a restore is without the media it brought") {
    const Album it;
    it.save();

    it.restore();

    const auto app = it.house.open();
    CHECK(app::check_database(*app).faults.empty());
    CHECK(app->store().read([](store::Reader& reader) {
        return reader.query("SELECT count(*) FROM sqlite_master WHERE name = 'backup_media'", {})
            .front()
            .integer(0);
    }) == 0);
    CHECK(std::filesystem::file_size(it.house.home() / "caas.db") < 2'000'000);
}

TEST_CASE("a restore mends a file whose bytes are others than its name says") {
    const Album it;
    it.save();
    auto other = sample::png(10, 10);
    other.back() = static_cast<char>(other.back() ^ 1);
    write_file(it.file(it.roof), other);

    it.restore();

    CHECK(read_file(it.file(it.roof), much) == sample::png(10, 10));
}

TEST_CASE("a backup says which media it could not find, and a restore what is missing then") {
    const Album it;
    std::filesystem::remove(it.file(it.roof));
    const auto packed = it.save();

    const auto facts = it.restore();

    REQUIRE(packed);
    CHECK(packed->files == 1);
    CHECK(packed->missing == 1);
    CHECK(packed->example == "roof.png");
    CHECK(app::missing_words(*packed) == "The file of 1 medium is missing: roof.png.");
    CHECK(facts.missing == 1);
    CHECK(facts.example == "roof.png");
}

TEST_CASE("a file that is damaged does not get into a backup") {
    const Album it;
    auto other = sample::png(10, 10);
    other.back() = static_cast<char>(other.back() ^ 1);
    write_file(it.file(it.roof), other);

    const auto packed = it.save();

    REQUIRE(packed);
    CHECK(packed->files == 1);
    CHECK(packed->example == "roof.png");
    CHECK(app::missing_words(*packed) == "The file of 1 medium is damaged: roof.png.");
    const auto checked = app::check_media(*it.house.open(), app::Depth::bytes);
    REQUIRE(checked);
    CHECK(app::missing_words(*checked) == app::missing_words(*packed));
}

TEST_CASE("a file that is damaged or lost is mended by adding it again") {
    const Album it;
    const auto app = it.house.open();
    auto other = sample::png(10, 10);
    other.back() = static_cast<char>(other.back() ^ 1);
    for (const auto& bytes : {other, std::string("short"), std::string()}) {
        write_file(it.file(it.roof), bytes);
        upload(*app, "roof.png", sample::png(10, 10));
        CHECK(read_file(it.file(it.roof), much) == sample::png(10, 10));
    }
    std::filesystem::remove(it.file(it.roof));
    upload(*app, "roof.png", sample::png(10, 10));
    CHECK(read_file(it.file(it.roof), much) == sample::png(10, 10));
}

TEST_CASE("a backup without media holds none, and a restore says what is missing") {
    const Album it;
    CHECK_FALSE(it.save(false));
    CHECK(std::filesystem::file_size(it.backup) < 2'000'000);
    std::filesystem::remove_all(it.house.home());

    CHECK(it.restore().missing == 2);
}

TEST_CASE("a restore refuses a backup with a damaged medium, and what was there stays") {
    const Album it;
    it.save();
    store::sqlite(it.backup)->open_writer()->execute(
        "UPDATE backup_media SET bytes = 'AAAA' WHERE digest = $1", {it.roof});
    std::filesystem::remove(it.file(it.roof));

    CHECK(app::code_of([&] { it.restore(); }) == "invalid");

    CHECK(app::check_database(*it.house.open()).faults.empty());
    CHECK_FALSE(std::filesystem::exists(it.file(it.roof)));
}

TEST_CASE("lost files of media are counted and one is named") {
    const Album it;
    const auto app = it.house.open();
    CHECK(app::check_media(*app)->missing == 0);
    std::filesystem::remove(it.file(it.roof));
    std::filesystem::resize_file(it.file(it.tower), 100);

    const auto facts = app::check_media(*app);

    REQUIRE(facts);
    CHECK(facts->files == 0);
    CHECK(facts->missing == 2);
    CHECK(facts->damaged == 1);
    CHECK(app::missing_words(*facts).starts_with(
        "2 files of media are missing or damaged, for example "));
    std::filesystem::remove(it.file(it.tower));
    CHECK(app::missing_words(*app::check_media(*app))
              .starts_with("2 files of media are missing, for example "));
}

TEST_CASE("media in a bucket are neither looked for nor put into a backup") {
    House house;
    house.variables.emplace("CAAS_MEDIA_STORAGE", "s3");
    const auto app = house.open();

    CHECK_FALSE(app::check_media(*app));
    CHECK_FALSE(app::backup(*app, house.folder / "backup.caas", true).media);
}

}  // namespace
}  // namespace caas
