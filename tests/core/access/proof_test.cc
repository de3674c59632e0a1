// Passwords, signed tokens and one-time codes: what proves who somebody is.
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/access/jwt.h"
#include "core/access/password.h"
#include "core/access/signing_key.h"
#include "core/access/totp.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/core/access/rig.h"

namespace caas {
namespace {

using namespace std::chrono_literals;

constexpr access::PasswordCost cheap{.memory_kib = 64, .passes = 1};

struct Hashing {
    fake::FakeRandom random;
    access::PasswordHasher hasher{cheap, random};
};

TEST_CASE("a password is kept as Argon2id and found again") {
    Hashing it;

    const auto hash = it.hasher.hash(Secret("correct horse battery"));

    CHECK(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    CHECK(it.hasher.matches(hash, Secret("correct horse battery")));
    CHECK_FALSE(it.hasher.matches(hash, Secret("correct horse batterz")));
    CHECK_FALSE(it.hasher.matches(hash, Secret("")));
    CHECK(it.hasher.hash(Secret("correct horse battery")) != hash);
}

TEST_CASE("nobody's password is checked as well and never right") {
    Hashing it;

    CHECK_FALSE(it.hasher.matches(std::nullopt, Secret("correct horse battery")));
    CHECK_FALSE(it.hasher.matches(std::nullopt, Secret("")));
    CHECK_FALSE(it.hasher.matches(std::nullopt, Secret(std::string(5000, 'x'))));
}

TEST_CASE("a password cut off at the bound is not the password") {
    Hashing it;
    const std::string longest(access::most_password_bytes, 'x');
    const auto hash = it.hasher.hash(Secret(longest));

    CHECK(it.hasher.matches(hash, Secret(longest)));
    CHECK_FALSE(it.hasher.matches(hash, Secret(longest + "y")));
}

TEST_CASE("composed and decomposed letters are the same password") {
    Hashing it;
    const auto hash = it.hasher.hash(Secret("caf\xC3\xA9 au lait"));

    CHECK(it.hasher.matches(hash, Secret("cafe\xCC\x81 au lait")));
}

TEST_CASE("a hash of another cost is dated and still works") {
    Hashing it;
    access::PasswordHasher dearer({.memory_kib = 128, .passes = 1}, it.random);
    const auto hash = it.hasher.hash(Secret("correct horse battery"));

    CHECK_FALSE(it.hasher.is_dated(hash));
    CHECK(dearer.is_dated(hash));
    CHECK(dearer.matches(hash, Secret("correct horse battery")));
}

TEST_CASE("what is no hash is damage and not a wrong password") {
    Hashing it;

    CHECK(code_of([&] { it.hasher.matches("plain", Secret("plain")); }) == Code::storage_corrupt);
}

TEST_CASE("many who sign in at once are all answered or told to come again") {
    Hashing it;
    const auto hash = it.hasher.hash(Secret("correct horse battery"));
    std::atomic<int> right = 0;
    std::atomic<int> busy = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 40; ++i)
            threads.emplace_back([&] {
                try {
                    right += it.hasher.matches(hash, Secret("correct horse battery")) ? 1 : 0;
                } catch (const Error& e) {
                    busy += e.code() == Code::busy ? 1 : 0;
                }
            });
    }

    CHECK(right + busy == 40);
    CHECK(right > 0);
}

TEST_CASE("weak passwords are refused") {
    const auto is_weak = [](const std::string& password) {
        return code_of([&] {
                   access::check_password(Secret(password), "ana.banana@example.org");
               }) == Code::invalid;
    };

    CHECK(is_weak(""));
    CHECK(is_weak("short one"));
    CHECK(is_weak("Password123"));
    CHECK(is_weak("aaaaaaaaaaaaaa"));
    CHECK(is_weak("ana.banana@example.org"));
    CHECK(is_weak("ANA.BANANA"));
    CHECK(is_weak(std::string(1025, 'x') + "y"));
    CHECK(is_weak("abcdefgh\xFF\xFF\xFF"));
    CHECK(is_weak("\xC3\xA9\xC3\xA8\xC3\xA9\xC3\xA8\xC3\xA9\xC3\xA8"));
    CHECK_FALSE(is_weak("correct horse battery"));
    CHECK_FALSE(is_weak("kq9!xPd2#v"));
}

// ---- signed tokens

struct Signing {
    fake::FakeClock clock;
    access::SigningKeys keys = access::parse_signing_keys(std::string(32, 'k'), "test");
    access::Claims claims{
        PersonId("019aa3a4-0000-7000-8000-000000000001"),
        access::SessionId("019aa3a4-0000-7000-8000-000000000002"),
        clock.now(),
        clock.now() + access::access_token_lifetime};

    std::optional<access::Claims> verify(std::string_view token) {
        return access::verify(keys, token, clock.now());
    }

    // A token of any header and payload with a right signature.
    std::string forged(const Json& header, const Json& payload) {
        const auto part =
            to_base64url(json::dump(header)) + "." + to_base64url(json::dump(payload));
        return part + "." + to_base64url(hmac_sha256(keys.front().bytes.reveal(), part));
    }

    Json header() const { return {{"alg", "HS256"}, {"kid", keys.front().id}, {"typ", "JWT"}}; }

    Json payload() const {
        const auto now = to_ms(clock.now()) / 1000;
        return {
            {"iss", "caas"},
            {"sub", claims.person.text()},
            {"sid", claims.session.text()},
            {"iat", now},
            {"exp", now + 900}};
    }

    Json with(Json object, const char* name, const Json& value) {
        object[name] = value;
        return object;
    }
};

TEST_CASE("an access token says whose session it is for a quarter of an hour") {
    Signing it;
    const auto token = access::sign(it.keys, it.claims);

    REQUIRE(it.verify(token));
    CHECK(it.verify(token)->person == it.claims.person);
    CHECK(it.verify(token)->session == it.claims.session);
    it.clock.advance(15min - 1ms);
    CHECK(it.verify(token));
    it.clock.advance(1ms);
    CHECK_FALSE(it.verify(token));
}

TEST_CASE("a token with any letter changed is nobody's") {
    Signing it;
    const auto token = access::sign(it.keys, it.claims);
    int taken = 0;

    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char other : {'A', 'B', 'g', '_', '.', '='}) {
            auto changed = token;
            changed[i] = other;
            taken += changed != token && it.verify(changed) ? 1 : 0;
        }
        taken += it.verify(token.substr(0, i)) ? 1 : 0;
    }

    CHECK(taken == 0);
    CHECK_FALSE(it.verify(token + "."));
    CHECK_FALSE(it.verify(token + "A"));
    CHECK_FALSE(it.verify(std::string(100000, 'x')));
    CHECK_FALSE(it.verify(".."));
}

TEST_CASE("only HS256 is taken, whatever a token says of itself") {
    Signing it;
    CHECK(it.verify(it.forged(it.header(), it.payload())));

    for (const auto* algorithm :
         {"none", "None", "NONE", "nOnE", "hs256", "HS384", "HS512", "RS256", ""}) {
        CAPTURE(algorithm);
        const auto header = it.with(it.header(), "alg", algorithm);
        const auto whole = it.forged(header, it.payload());
        CHECK_FALSE(it.verify(whole));
        CHECK_FALSE(it.verify(whole.substr(0, whole.rfind('.') + 1)));
    }
    CHECK_FALSE(it.verify(it.forged(it.with(it.header(), "alg", nullptr), it.payload())));
    CHECK_FALSE(it.verify(it.forged(it.with(it.header(), "alg", {"HS256"}), it.payload())));
    CHECK_FALSE(it.verify(it.forged(it.with(it.header(), "kid", "00000000"), it.payload())));
    CHECK_FALSE(it.verify(it.forged(it.with(it.header(), "kid", nullptr), it.payload())));
    CHECK_FALSE(it.verify(it.forged(it.with(it.header(), "typ", "at+jwt"), it.payload())));
    CHECK_FALSE(it.verify(it.forged(it.with(it.header(), "crit", {"b64"}), it.payload())));
    CHECK_FALSE(it.verify(it.forged(Json::array({"HS256"}), it.payload())));
}

TEST_CASE("a signed token must say all that ours say") {
    Signing it;
    for (const auto* name : {"iss", "sub", "sid", "iat", "exp"}) {
        CAPTURE(name);
        CHECK_FALSE(it.verify(it.forged(it.header(), it.with(it.payload(), name, nullptr))));
        CHECK_FALSE(it.verify(it.forged(it.header(), it.with(it.payload(), name, "x"))));
    }
    const auto now = it.payload()["iat"].get<std::int64_t>();
    CHECK_FALSE(it.verify(it.forged(it.header(), it.with(it.payload(), "exp", now))));
    CHECK_FALSE(it.verify(it.forged(it.header(), it.with(it.payload(), "exp", 1e18))));
    CHECK_FALSE(it.verify(it.forged(it.header(), it.with(it.payload(), "iat", now + 61))));
    CHECK(it.verify(it.forged(it.header(), it.with(it.payload(), "iat", now + 60))));
    CHECK_FALSE(it.verify(it.forged(it.header(), Json::array())));
}

TEST_CASE("keys are changed by putting a new one in front") {
    Signing it;
    const auto older = access::sign(it.keys, it.claims);
    const auto both = access::parse_signing_keys(
        std::string(40, 'n') + ", " + std::string(32, 'k') + "\n", "test");
    const auto newer = access::sign(both, it.claims);

    CHECK(access::verify(both, older, it.clock.now()));
    CHECK(access::verify(both, newer, it.clock.now()));
    CHECK_FALSE(access::verify(it.keys, newer, it.clock.now()));
}

TEST_CASE("a short signing key is refused without being shown") {
    try {
        access::parse_signing_keys("hunter2", "The setting JWT_SECRET");
        FAIL("it was taken");
    } catch (const Error& e) {
        CHECK(e.code() == Code::invalid);
        CHECK(std::string(e.what()).find("hunter2") == std::string::npos);
        CHECK(std::string(e.what()).find("JWT_SECRET") != std::string::npos);
    }
    CHECK(code_of([] { access::parse_signing_keys(" ,\n", "x"); }) == Code::invalid);
    CHECK(code_of([] { access::parse_signing_keys(std::string(513, 'x'), "x"); }) == Code::invalid);
}

TEST_CASE("without a setting a signing key is made and kept") {
    fake::Folder folder;
    fake::FakeRandom random;
    const auto file = folder.path() / "session.key";

    const auto first = access::signing_keys(Secret(), file, random);
    const auto second = access::signing_keys(Secret(), file, random);

    REQUIRE(first.size() == 1);
    CHECK(first[0].bytes == second.at(0).bytes);
    CHECK(first[0].id == second.at(0).id);
    CHECK(access::signing_keys(Secret(std::string(32, 'k')), file, random).at(0).id != first[0].id);
}

// ---- one-time codes

TEST_CASE("codes are those of RFC 6238") {
    // Appendix B, the last six of its eight digits.
    const Secret secret("12345678901234567890");

    CHECK(access::totp_code(secret, 59 / 30) == "287082");
    CHECK(access::totp_code(secret, 1111111109 / 30) == "081804");
    CHECK(access::totp_code(secret, 1234567890 / 30) == "005924");
    CHECK(access::totp_code(secret, 20000000000 / 30) == "353130");
}

TEST_CASE("a code works within a step of its time and once") {
    const Secret secret("12345678901234567890");
    fake::FakeClock clock;
    const auto step = to_ms(clock.now()) / 30000;
    const auto found = [&](std::int64_t of, std::optional<std::int64_t> last = std::nullopt) {
        return access::totp_step(secret, access::totp_code(secret, of), clock.now(), last);
    };

    CHECK(found(step) == step);
    CHECK(found(step - 1) == step - 1);
    CHECK(found(step + 1) == step + 1);
    CHECK_FALSE(found(step - 2));
    CHECK_FALSE(found(step + 2));
    CHECK_FALSE(found(step, step));
    CHECK(found(step, step - 1) == step);
    CHECK_FALSE(access::totp_step(secret, "", clock.now(), std::nullopt));
    const auto spaced = access::totp_code(secret, step).insert(3, " ");
    CHECK(access::totp_step(secret, spaced, clock.now(), std::nullopt) == step);
}

TEST_CASE("a secret is shown as authenticator apps read it") {
    CHECK(access::to_base32("foobar") == "MZXW6YTBOI");  // RFC 4648, 10
    CHECK(access::to_base32("foob") == "MZXW6YQ");
    CHECK(access::to_base32("").empty());
    CHECK(
        access::totp_uri(Secret("foobar"), "a+b@example.org") ==
        "otpauth://totp/caas:a%2bb@example.org?secret=MZXW6YTBOI&issuer=caas");
}

TEST_CASE("recovery codes are many, different, and known however they are typed") {
    fake::FakeRandom random;

    const auto codes = access::make_recovery_codes(random);

    REQUIRE(codes.size() == access::recovery_codes);
    CHECK(codes[0].size() == 19);
    CHECK(codes[0] != codes[1]);
    std::string typed = codes[0];
    for (auto& c : typed)
        c = c == '-' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    CHECK(access::recovery_digest(typed) == access::recovery_digest(codes[0]));
    CHECK(access::recovery_digest(codes[1]) != access::recovery_digest(codes[0]));
}

}  // namespace
}  // namespace caas
