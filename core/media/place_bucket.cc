// Storage that speaks S3, addressed by path: {endpoint}/{bucket}/{prefix}{digest}. What is read is
// fetched once and kept in a folder of this machine.
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/media/incoming.h"
#include "core/media/place.h"
#include "core/net/sign_s3.h"
#include "core/net/url.h"

namespace caas::media {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t most_bytes = std::int64_t{5} << 30U;  // of one PUT, as AWS has it
// So long may a file that is going be its deleter's at least (file.h).
constexpr std::chrono::minutes longest_delete{1};

[[noreturn]] void fail(const std::string& why) {
    throw Error(
        Code::unavailable,
        "The storage of the media does not answer as it should: " + why,
        "check media.s3_endpoint, media.s3_bucket and the keys");
}

class S3 final : public Place {
  public:
    S3(Bucket bucket, fs::path cache, net::HttpClient& http, Clock& clock)
        : bucket_(std::move(bucket)), cache_(std::move(cache)), http_(http), clock_(clock) {}

    void keep(const std::string& digest, const fs::path& file) override {
        const auto bytes = bytes_of_file(file);
        auto request = request_for("PUT", digest);
        request.headers.emplace_back("Content-Type", "application/octet-stream");
        request.source = net::BodySource{bytes.size, bytes.read};
        demand(send(request, digest));
        // It is likely to be wanted soon.
        std::error_code ignored;
        make_folder(cache_);
        fs::rename(file, cache_ / digest, ignored);
    }

    fs::path fetch(const std::string& digest) override {
        require_digest(digest);
        const auto name = cache_ / digest;
        std::error_code ignored;
        if (fs::is_regular_file(name, ignored)) {
            // So that the sweep sees that it is in use.
            ::utimensat(AT_FDCWD, name.c_str(), nullptr, 0);
            return name;
        }
        Incoming file(anteroom(), most_bytes);
        auto request = request_for("GET", digest);
        request.most_response_bytes = static_cast<std::size_t>(most_bytes);
        request.on_data = [&file](std::string_view piece) {
            file.write(piece);
            return true;
        };
        const auto response = send(request, sha256_hex(""));
        if (response.status == 404)
            throw Error(
                Code::not_found,
                "The file of the medium is not there any more",
                "add it again: caas media add FILE");
        demand(response);
        file.finish();
        if (file.digest() != digest)
            fail("a file came with other bytes than were kept");
        fs::rename(file.path(), name);
        return name;
    }

    bool drop_copy(const std::string& digest) override {
        require_digest(digest);
        std::error_code failed;
        return fs::remove(cache_ / digest, failed);
    }

    void remove(const std::string& digest) override {
        auto request = request_for("DELETE", digest);
        request.total_timeout = longest_delete;
        const auto response = send(std::move(request), sha256_hex(""));
        if (response.status != 404)
            demand(response);
        std::error_code ignored;
        fs::remove(cache_ / digest, ignored);
    }

    fs::path anteroom() const override { return cache_ / "incoming"; }

  private:
    net::Request request_for(const std::string& method, const std::string& digest) const {
        require_digest(digest);
        net::Request request;
        request.method = method;
        request.url = net::join(
            bucket_.endpoint,
            "/" + net::percent_encode(bucket_.name) + "/" + bucket_.prefix + digest);
        // Silence ends it sooner.
        request.total_timeout = std::chrono::hours(1);
        return request;
    }

    // A file's name is the SHA-256 of what it holds, so the signature costs no reading.
    net::Response send(net::Request request, const std::string& payload) const {
        net::sign_s3(
            request,
            {bucket_.access_key, bucket_.secret_key, bucket_.region},
            payload,
            clock_.now());
        auto result = http_.send(request);
        if (const auto* failure = std::get_if<net::Failure>(&result))
            fail(failure->message);
        return std::get<net::Response>(std::move(result));
    }

    static void demand(const net::Response& response) {
        if (response.status < 200 || response.status >= 300)
            fail("HTTP " + std::to_string(response.status));
    }

    Bucket bucket_;
    fs::path cache_;
    net::HttpClient& http_;
    Clock& clock_;
};

}  // namespace

std::unique_ptr<Place> bucket_place(
    Bucket bucket, const fs::path& cache, net::HttpClient& http, Clock& clock) {
    return std::make_unique<S3>(std::move(bucket), cache, http, clock);
}

}  // namespace caas::media
