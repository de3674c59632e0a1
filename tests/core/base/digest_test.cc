#include "core/base/digest.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(
        sha256_hex(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC-SHA-256 gives the codes of RFC 4231") {
    CHECK(
        to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(
        to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(
        to_hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK(
        to_hex(hmac_sha256(
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("base64 gives the texts of RFC 4648") {
    CHECK(to_base64("").empty());
    CHECK(to_base64("f") == "Zg==");
    CHECK(to_base64("fo") == "Zm8=");
    CHECK(to_base64("foo") == "Zm9v");
    CHECK(to_base64("foob") == "Zm9vYg==");
    CHECK(to_base64("foobar") == "Zm9vYmFy");
    CHECK(from_base64("Zm9vYg==") == "foob");
    CHECK(from_base64("Zm9vYmFy") == "foobar");
    CHECK(from_base64("") == "");
    CHECK(to_base64url("\xfb\xff\xfe") == "-__-");
    CHECK(to_base64url("f") == "Zg");
    CHECK(from_base64url("-__-") == "\xfb\xff\xfe");
    CHECK(from_base64url("Zg") == "f");
    CHECK(from_base64url("") == "");
}

TEST_CASE("what is no base64 is refused") {
    CHECK_FALSE(from_base64("Zg"));
    CHECK_FALSE(from_base64("Z!=="));
    CHECK_FALSE(from_base64("Z==="));
    CHECK_FALSE(from_base64("===="));
    CHECK_FALSE(from_base64("Zg=a"));
    CHECK_FALSE(from_base64(" Zg="));
    CHECK_FALSE(from_base64("Zg==\n\n\n\n"));
    CHECK_FALSE(from_base64url("+//+"));
    CHECK_FALSE(from_base64url("Zg=="));
    CHECK_FALSE(from_base64url("Zgabc"));
    CHECK_FALSE(from_base64url("Z"));
}

TEST_CASE("hexadecimal goes there and back") {
    CHECK(to_hex(std::string("\x00\xff", 2)) == "00ff");
    CHECK(from_hex("00Ff") == std::string("\x00\xff", 2));
    CHECK_FALSE(from_hex("0"));
    CHECK_FALSE(from_hex("0g"));
}

TEST_CASE("equal texts are equal, others are not") {
    CHECK(is_equal_in_constant_time("abc", "abc"));
    CHECK(is_equal_in_constant_time("", ""));
    CHECK_FALSE(is_equal_in_constant_time("abc", "abd"));
    CHECK_FALSE(is_equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace caas
