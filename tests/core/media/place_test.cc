// Both kinds of storage keep the same promises; the one that speaks S3 is asked over loopback, by a
// server that checks each signature by itself.
#include "core/media/place.h"

#include <map>
#include <mutex>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/time_zone.h"
#include "core/media/incoming.h"
#include "core/net/url.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas::media {
namespace {

const std::string secret = "a secret of a test";

// A bucket that checks what it is sent as strictly as AWS: the signature over all headers, the
// digest of the body, the clock.
class FakeBucket final : public net::HttpClient {
  public:
    explicit FakeBucket(const Clock& clock) : clock_(clock) {}

    net::Result send(const net::Request& request) override {
        if (is_away)
            return net::Failure{net::Failure::Kind::connect, false, "no connection"};
        std::string body;
        if (request.source) {
            while (static_cast<std::int64_t>(body.size()) < request.source->size)
                body += request.source->read(static_cast<std::int64_t>(body.size()), 1000);
        }
        if (!is_signed(request, body))
            return net::Response{403, {}, "<Error><Code>SignatureDoesNotMatch</Code></Error>"};
        const auto path = net::parse_url(request.url)->path;
        if (request.method == "PUT") {
            objects[path] = body;
            return net::Response{200, {}, ""};
        }
        if (request.method == "DELETE") {
            objects.erase(path);
            return net::Response{204, {}, ""};
        }
        ++reads;
        const auto at = objects.find(path);
        if (at == objects.end())
            return net::Response{404, {}, "<Error><Code>NoSuchKey</Code></Error>"};
        request.on_data(std::string_view(at->second).substr(0, 3));
        request.on_data(std::string_view(at->second).substr(3));
        return net::Response{200, {}, ""};
    }

    std::map<std::string, std::string> objects;
    int reads = 0;
    bool is_away = false;

  private:
    static std::string header(const net::Request& request, std::string_view name) {
        return net::Response{0, request.headers, {}}.header(name).value_or("");
    }

    // Written from the specification, apart from what is tested.
    bool is_signed(const net::Request& request, const std::string& body) const {
        const auto digest = header(request, "x-amz-content-sha256");
        const auto date = header(request, "x-amz-date");
        auto now = to_rfc3339(clock_.now()).substr(0, 19) + "Z";
        std::erase_if(now, [](char c) { return c == '-' || c == ':'; });
        if (digest != sha256_hex(body) || date != now)
            return false;
        const auto url = *net::parse_url(request.url);
        std::map<std::string, std::string> headers;
        headers["host"] = url.host + ":" + std::to_string(url.port);
        for (const auto& [name, value] : request.headers) {
            std::string key;
            for (const char c : name)
                key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            if (key != "authorization")
                headers[key] = value;
        }
        std::string all = request.method + "\n" + url.path + "\n\n";
        std::string names;
        for (const auto& [name, value] : headers) {
            all += name + ":" + value + "\n";
            names += name + ";";
        }
        names.pop_back();
        all += "\n" + names + "\n" + digest;
        const auto scope = date.substr(0, 8) + "/eu-test-1/s3/aws4_request";
        auto key = hmac_sha256("AWS4" + secret, date.substr(0, 8));
        key = hmac_sha256(key, "eu-test-1");
        key = hmac_sha256(key, "s3");
        key = hmac_sha256(key, "aws4_request");
        const auto signature = to_hex(
            hmac_sha256(key, "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + sha256_hex(all)));
        return header(request, "authorization") == "AWS4-HMAC-SHA256 Credential=me/" + scope +
                                                       ",SignedHeaders=" + names +
                                                       ",Signature=" + signature;
    }

    const Clock& clock_;
};

struct Storage {
    fake::Folder folder;
    fake::FakeClock clock;
    FakeBucket bucket{clock};
    std::unique_ptr<Place> place;

    explicit Storage(const std::string& kind) {
        if (kind == "folder")
            place = folder_place(folder / "media");
        else
            place = bucket_place(
                {"http://127.0.0.1:9000", "a bucket", "eu-test-1", "caas/", "me", Secret(secret)},
                folder / "cache",
                bucket,
                clock);
    }

    std::string keep(const std::string& bytes) const {
        Incoming file(place->anteroom(), 1'000'000);
        file.write(bytes);
        file.finish();
        place->keep(file.digest(), file.path());
        return file.digest();
    }

    std::string fetch(const std::string& digest) const {
        try {
            return read_file(place->fetch(digest), 1'000'000);
        } catch (const Error& error) {
            return std::string(facts(error.code()).name);
        }
    }
};

TEST_CASE("what is kept is found by its digest, until it is removed") {
    for (const auto* kind : {"folder", "s3"}) {
        CAPTURE(kind);
        const Storage it(kind);
        const auto digest = it.keep("some bytes");
        CHECK(digest == sha256_hex("some bytes"));
        CHECK(it.keep("some bytes") == digest);
        CHECK(it.fetch(digest) == "some bytes");
        it.place->remove(digest);
        CHECK(it.fetch(digest) == "not_found");
        it.place->remove(digest);
        CHECK(std::filesystem::is_empty(it.place->anteroom()));
    }
}

TEST_CASE("a file is told to be whole, damaged or missing, and keeping it again mends it") {
    const Storage it("folder");
    const auto digest = it.keep("some bytes");
    CHECK(look_at(*it.place, digest) == Condition::whole);
    for (const auto* other : {"SOME BYTES", "some", ""}) {
        write_file(it.place->fetch(digest), other);
        CHECK(look_at(*it.place, digest) == Condition::damaged);
        it.keep("some bytes");
        CHECK(look_at(*it.place, digest) == Condition::whole);
    }
    it.place->remove(digest);
    CHECK(look_at(*it.place, digest) == Condition::missing);
}

TEST_CASE("a file in a bucket is told to be whole or missing") {
    const Storage it("s3");
    const auto digest = it.keep("some bytes");
    CHECK(look_at(*it.place, digest) == Condition::whole);
    it.place->remove(digest);
    CHECK(look_at(*it.place, digest) == Condition::missing);
}

TEST_CASE("a folder that is closed to this user is not taken for one without the file") {
    const Storage it("folder");
    const auto digest = it.keep("some bytes");
    const auto media = it.folder / "media";
    std::filesystem::permissions(it.folder.path(), std::filesystem::perms(0755));
    std::filesystem::permissions(media, std::filesystem::perms::none);

    const auto child = ::fork();
    if (child == 0) {
        const bool is_other = ::geteuid() != 0 || ::setuid(65534) == 0;
        ::_exit(is_other && it.fetch(digest) == "forbidden" ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    std::filesystem::permissions(media, std::filesystem::perms::owner_all);

    CHECK(status == 0);
}

TEST_CASE("a name that is no digest never becomes a path") {
    for (const auto* kind : {"folder", "s3"}) {
        const Storage it(kind);
        CHECK(it.fetch("../../secret.key") == "internal");
        CHECK(it.fetch("") == "internal");
        CHECK(it.fetch(std::string(64, 'G')) == "internal");
    }
}

TEST_CASE("a file in a bucket has its name there and is fetched once") {
    Storage it("s3");
    const auto digest = it.keep("some bytes");
    REQUIRE(it.bucket.objects.size() == 1);
    CHECK(it.bucket.objects.begin()->first == "/a%20bucket/caas/" + digest);
    std::filesystem::remove_all(it.folder / "cache");

    CHECK(it.fetch(digest) == "some bytes");
    CHECK(it.fetch(digest) == "some bytes");
    CHECK(it.bucket.reads == 1);
}

TEST_CASE("a damaged copy of a file in a bucket is fetched anew") {
    const Storage it("s3");
    const auto digest = it.keep("some bytes");
    for (const auto* other : {"SOME BYTES", "some", ""}) {
        write_file(it.place->fetch(digest), other);
        CHECK(look_at(*it.place, digest) == Condition::whole);
        CHECK(it.fetch(digest) == "some bytes");
    }
    CHECK(it.bucket.reads == 3);
}

TEST_CASE("a bucket that gives other bytes is not believed") {
    Storage it("s3");
    const auto digest = it.keep("some bytes");
    std::filesystem::remove_all(it.folder / "cache");
    it.bucket.objects.begin()->second = "other bytes";
    CHECK(it.fetch(digest) == "unavailable");
    CHECK_FALSE(std::filesystem::exists(it.folder / "cache" / digest));
}

TEST_CASE("a bucket that is away is told as such, and nothing is kept half") {
    Storage it("s3");
    it.bucket.is_away = true;
    CHECK_THROWS_AS(it.keep("some bytes"), const Error&);
    CHECK(it.fetch(sha256_hex("some bytes")) == "unavailable");
}

TEST_CASE("a file that comes in is counted and never grows over its bound") {
    const fake::Folder folder;
    Incoming file(folder / "incoming", 10);
    file.write("12345");
    file.write("67890");
    CHECK_THROWS_AS(file.write("1"), const Error&);
    const auto path = file.path();
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("what broke off is swept away once it is old, what is in use stays") {
    const fake::Folder folder;
    write_file(folder / "old", "x");
    SystemClock clock;
    CHECK(sweep_folder(folder.path(), std::chrono::hours(1), clock.now()) == 0);
    CHECK(
        sweep_folder(folder.path(), std::chrono::hours(1), clock.now() + std::chrono::hours(2)) ==
        1);
    CHECK(sweep_folder(folder / "none", std::chrono::hours(1), clock.now()) == 0);
}

}  // namespace
}  // namespace caas::media
