#include "core/net/sign_s3.h"

#include <doctest/doctest.h>

#include "core/base/digest.h"
#include "core/base/time_zone.h"

namespace caas::net {
namespace {

// docs.aws.amazon.com, "Signature calculations for the authorization header", examples.
const S3Key example{
    "AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "us-east-1"};

std::string signature_of(Request request, std::string_view payload) {
    sign_s3(request, example, payload, *parse_rfc3339("2013-05-24T00:00:00Z"));
    return request.headers.back().second;
}

TEST_CASE("a request for an object is signed as AWS's own example") {
    Request request;
    request.url = "https://examplebucket.s3.amazonaws.com/test.txt";
    request.headers.emplace_back("Range", "bytes=0-9");

    CHECK(
        signature_of(request, sha256_hex("")) ==
        "AWS4-HMAC-SHA256 "
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST_CASE("an upload is signed as AWS's own example") {
    Request request;
    request.method = "PUT";
    request.url = "https://examplebucket.s3.amazonaws.com/test%24file.text";
    request.headers.emplace_back("Date", "Fri, 24 May 2013 00:00:00 GMT");
    request.headers.emplace_back("x-amz-storage-class", "REDUCED_REDUNDANCY");

    const auto authorization = signature_of(request, sha256_hex("Welcome to Amazon S3."));

    CHECK(
        authorization.substr(authorization.find("Signature=")) ==
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_CASE("a port that is not the usual one is signed along, as it is sent along") {
    Request one;
    one.url = "http://127.0.0.1:9000/bucket/key";
    Request other;
    other.url = "http://127.0.0.1:9001/bucket/key";
    CHECK(signature_of(one, sha256_hex("")) != signature_of(other, sha256_hex("")));
}

}  // namespace
}  // namespace caas::net
