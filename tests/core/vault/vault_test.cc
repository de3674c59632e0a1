#include "core/vault/vault.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/fake/fake_random.h"

namespace caas {
namespace {

vault::Keys keys_of(std::string_view digits) {
    std::string text;
    for (const char digit : digits)
        text += std::string(64, digit) + " ";
    return vault::parse_keys(text, "the test");
}

Code refusal(const vault::Vault& vault, std::string_view sealed, std::string_view identity) {
    try {
        vault.open(sealed, identity);
    } catch (const Error& e) {
        return e.code();
    }
    return Code::internal;
}

TEST_CASE("what was sealed can be opened in its place") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);
    const std::string plain("app-password with \0 and \xC3\xBC", 26);

    const auto sealed = vault.seal(plain, "account/1/secret");

    CHECK(sealed.starts_with("v1." + keys_of("a").front().id + "."));
    CHECK(sealed.find("password") == std::string::npos);
    CHECK(vault.open(sealed, "account/1/secret").reveal() == plain);
}

TEST_CASE("nothing at all can be sealed too") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);

    CHECK(vault.open(vault.seal("", "x"), "x").empty());
}

TEST_CASE("the same secret never looks the same") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);
    std::set<std::string> seen;

    for (int i = 0; i < 100; ++i)
        seen.insert(vault.seal("secret", "x"));

    CHECK(seen.size() == 100);
}

TEST_CASE("a secret moved to another row does not open") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);
    const auto one = vault.seal("first", "account/1/secret");
    const auto two = vault.seal("second", "account/2/secret");

    CHECK(refusal(vault, one, "account/2/secret") == Code::invalid);
    CHECK(refusal(vault, two, "account/1/secret") == Code::invalid);
    CHECK(refusal(vault, one, "") == Code::invalid);
}

TEST_CASE("any changed byte is noticed") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);
    const auto sealed = vault.seal("secrets", "x");
    int opened = 0;

    for (std::size_t i = 0; i < sealed.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            auto changed = sealed;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            const auto code = refusal(vault, changed, "x");
            opened += code == Code::invalid || code == Code::forbidden ? 0 : 1;
        }
    }

    CHECK(opened == 0);
}

TEST_CASE("another spelling of the same bytes is not taken") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);
    auto sealed = vault.seal("abcdef", "x");  // 34 bytes: the last letter has unused bits
    REQUIRE(sealed.ends_with("=="));

    auto& last = sealed[sealed.size() - 3];
    last = static_cast<char>(last + 1);

    CHECK(refusal(vault, sealed, "x") == Code::invalid);
}

TEST_CASE("what was cut off or was never sealed does not open") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);
    const auto sealed = vault.seal("secret", "x");

    for (std::size_t length = 0; length < sealed.size(); ++length)
        CHECK(refusal(vault, sealed.substr(0, length), "x") != Code::internal);
    CHECK(refusal(vault, "", "x") == Code::invalid);
    CHECK(refusal(vault, "plain password", "x") == Code::invalid);
    CHECK(refusal(vault, "v2" + sealed.substr(2), "x") == Code::invalid);
    CHECK(refusal(vault, sealed + "AAAA", "x") == Code::invalid);
}

TEST_CASE("a secret of another key says so") {
    fake::FakeRandom random;
    const vault::Vault one(keys_of("a"), random);
    const vault::Vault other(keys_of("b"), random);

    CHECK(refusal(other, one.seal("secret", "x"), "x") == Code::forbidden);
}

TEST_CASE("after a rotation old secrets open and new ones use the new key") {
    fake::FakeRandom random;
    const vault::Vault before(keys_of("a"), random);
    const vault::Vault during(keys_of("ba"), random);
    const vault::Vault after(keys_of("b"), random);
    const auto old = before.seal("secret", "x");

    const auto fresh = during.reseal(old, "x");

    REQUIRE(fresh);
    CHECK(during.open(old, "x").reveal() == "secret");
    CHECK(after.open(*fresh, "x").reveal() == "secret");
    CHECK(refusal(after, old, "x") == Code::forbidden);
    CHECK_FALSE(during.reseal(*fresh, "x"));
}

TEST_CASE("a damaged secret is not sealed anew") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("ba"), random);

    CHECK_THROWS_AS(vault.reseal("v1.nonsense", "x"), Error);
}

TEST_CASE("a refusal holds neither the secret nor the key") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);
    auto sealed = vault.seal("hunter2", "x");

    try {
        vault.open(sealed, "y");
        FAIL("it opened");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find(sealed) == std::string::npos);
        CHECK_FALSE(e.hint().empty());
    }
}

TEST_CASE("a secret has a largest size") {
    fake::FakeRandom random;
    const vault::Vault vault(keys_of("a"), random);

    constexpr auto most = std::size_t{64} << 20U;
    CHECK_NOTHROW(vault.seal(std::string(most, 'x'), "x"));
    CHECK_THROWS_AS(vault.seal(std::string(most + 1, 'x'), "x"), Error);
}

TEST_CASE("a vault without a key is a mistake") {
    fake::FakeRandom random;

    CHECK_THROWS_AS(vault::Vault({}, random), Error);
}

}  // namespace
}  // namespace caas
