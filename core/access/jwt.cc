#include "core/access/jwt.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"

namespace caas::access {
namespace {

constexpr std::string_view algorithm = "HS256";
constexpr std::string_view issuer = "caas";
constexpr std::size_t most_bytes = 2048;
// Clocks of daemons on one database may differ by this much.
constexpr auto skew = std::chrono::minutes(1);

std::string signature(const SigningKey& key, std::string_view what) {
    return to_base64url(hmac_sha256(key.bytes.reveal(), what));
}

std::optional<Json> object_in(std::string_view part) {
    const auto text = from_base64url(part);
    auto json = text ? json::try_parse(*text) : std::nullopt;
    return json && json->is_object() ? json : std::nullopt;
}

// The key a header asks for, if it asks for what we do.
const SigningKey* key_of(const SigningKeys& keys, const Json& header) {
    if (json::text_or(header, "alg", "") != algorithm || header.contains("crit") ||
        json::text_or(header, "typ", "JWT") != "JWT")
        return nullptr;
    const auto id = json::text_or(header, "kid", "");
    const auto at = std::ranges::find_if(keys, [&](const SigningKey& key) { return key.id == id; });
    return at == keys.end() ? nullptr : &*at;
}

std::int64_t seconds(Instant instant) {
    return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}

std::optional<Instant> instant_in(const Json& claims, std::string_view name) {
    constexpr std::int64_t most = 253402300799;  // the year 9999
    const auto value = json::integer(claims, name);
    if (!value || *value < 0 || *value > most)
        return std::nullopt;
    return Instant(std::chrono::seconds(*value));
}

}  // namespace

std::string sign(const SigningKeys& keys, const Claims& claims) {
    const auto& key = keys.front();
    const Json header{{"alg", algorithm}, {"kid", key.id}, {"typ", "JWT"}};
    const Json payload{
        {"iss", issuer},
        {"sub", claims.person.text()},
        {"sid", claims.session.text()},
        {"iat", seconds(claims.issued_at)},
        {"exp", seconds(claims.expires_at)}};
    const auto signed_part =
        to_base64url(json::dump(header)) + "." + to_base64url(json::dump(payload));
    return signed_part + "." + signature(key, signed_part);
}

std::optional<Claims> verify(const SigningKeys& keys, std::string_view token, Instant now) {
    if (token.size() > most_bytes || std::ranges::count(token, '.') != 2)
        return std::nullopt;
    const auto signed_part = token.substr(0, token.rfind('.'));
    const auto middle = signed_part.find('.');
    const auto header = object_in(signed_part.substr(0, middle));
    const auto* const key = header ? key_of(keys, *header) : nullptr;
    // The text is compared and not its bytes: one signature has one form.
    if (key == nullptr || !is_equal_in_constant_time(
                              signature(*key, signed_part), token.substr(signed_part.size() + 1)))
        return std::nullopt;
    const auto payload = object_in(signed_part.substr(middle + 1));
    if (!payload || json::text_or(*payload, "iss", "") != issuer)
        return std::nullopt;
    Claims claims;
    claims.person = PersonId(json::text_or(*payload, "sub", ""));
    claims.session = SessionId(json::text_or(*payload, "sid", ""));
    const auto issued_at = instant_in(*payload, "iat");
    const auto expires_at = instant_in(*payload, "exp");
    const bool is_whole = is_uuid(claims.person.text()) && is_uuid(claims.session.text());
    if (!is_whole || !issued_at || !expires_at || *expires_at <= now || *issued_at > now + skew)
        return std::nullopt;
    claims.issued_at = *issued_at;
    claims.expires_at = *expires_at;
    return claims;
}

}  // namespace caas::access
