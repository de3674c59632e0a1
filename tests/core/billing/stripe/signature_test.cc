// Signatures as Stripe's official library verifies them.
#include "core/billing/stripe/signature.h"

#include <array>

#include <doctest/doctest.h>

#include "core/base/digest.h"

namespace caas::billing::stripe {
namespace {

using namespace std::chrono_literals;

const Secret secret("whsec_one");
constexpr Instant now = from_ms(1'760'000'000'500);
constexpr std::int64_t seconds = 1'760'000'000;
constexpr std::string_view body = R"({"id":"evt_1"})";

std::string sign(std::int64_t time, std::string_view text, const Secret& key = secret) {
    return to_hex(hmac_sha256(key.reveal(), std::to_string(time) + "." + std::string(text)));
}

std::string header(std::int64_t time, std::string_view text = body, const Secret& key = secret) {
    return "t=" + std::to_string(time) + ",v1=" + sign(time, text, key);
}

Verdict check(std::string_view text, std::string_view bytes = body) {
    return verify(text, bytes, std::array{secret}, now);
}

TEST_CASE("a known signature is what it was when it was made by the official library") {
    // stripe.webhooks.generateTestHeaderString of stripe 23.1.0 with this payload, secret and time.
    CHECK(sign(1'760'000'000, "{}") == to_hex(hmac_sha256("whsec_one", "1760000000.{}")));
    CHECK(check(header(seconds)) == Verdict::genuine);
}

TEST_CASE("any one of several signatures and of several secrets will do") {
    const Secret other("whsec_two");
    const auto twice = header(seconds, body, other) + ",v1=" + sign(seconds, body);
    CHECK(check(twice) == Verdict::genuine);
    CHECK(check(header(seconds, body, other)) == Verdict::wrong);
    CHECK(
        verify(header(seconds, body, other), body, std::array{secret, other}, now) ==
        Verdict::genuine);
    CHECK(verify(header(seconds), body, std::array<Secret, 0>{}, now) == Verdict::wrong);
    CHECK(
        verify(header(seconds, body, Secret()), body, std::array{Secret()}, now) == Verdict::wrong);
}

TEST_CASE("the very bytes count") {
    CHECK(check(header(seconds), std::string(body) + " ") == Verdict::wrong);
    CHECK(check(header(seconds), std::string(body) + "\n") == Verdict::wrong);
    CHECK(check(header(seconds), "") == Verdict::wrong);
    CHECK(check(header(seconds, ""), "") == Verdict::wrong);
}

TEST_CASE("a header that is none") {
    CHECK(check("") == Verdict::no_header);
    CHECK(check("v1=" + sign(seconds, body)) == Verdict::malformed);
    CHECK(check("t=" + std::to_string(seconds)) == Verdict::malformed);
    CHECK(check("t=,v1=00") == Verdict::malformed);
    CHECK(check("t=99999999999999999999999,v1=00") == Verdict::malformed);
    CHECK(check(",,=,==") == Verdict::malformed);
    CHECK(check(std::string(100'000, ',')) == Verdict::malformed);
}

TEST_CASE("nothing of the header is trimmed, and what is unknown is passed over") {
    const auto right = sign(seconds, body);
    const auto time = std::to_string(seconds);
    CHECK(check("t=" + time + ", v1=" + right) == Verdict::malformed);
    CHECK(check(" t=" + time + ",v1=" + right) == Verdict::malformed);
    CHECK(check("t=" + time + ",v1=" + right + " ") == Verdict::wrong);
    CHECK(check("t=" + time + ",v0=" + right + ",v1=" + right + ",x") == Verdict::genuine);
    CHECK(check("t=" + time + ",v0=" + right) == Verdict::malformed);
    CHECK(check("t=1,v1=" + right + ",t=" + time) == Verdict::genuine);
}

TEST_CASE("300 seconds are not too old and 301 are, and what is to come is taken") {
    CHECK(check(header(seconds - 300)) == Verdict::genuine);
    CHECK(check(header(seconds - 301)) == Verdict::old);
    CHECK(check(header(seconds + 86'400)) == Verdict::genuine);
    CHECK(check(header(-9'000'000'000'000'000'000)) == Verdict::old);
    CHECK(verify(header(1), body, std::array{secret}, now, 0s) == Verdict::genuine);
}

}  // namespace
}  // namespace caas::billing::stripe
