#include "core/billing/stripe/signature.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "core/base/digest.h"

namespace caas::billing::stripe {
namespace {

struct Header {
    std::string time;  // as it stands there: this is what was signed
    std::optional<std::int64_t> seconds;
    std::vector<std::string_view> signatures;
};

// What JavaScript's parseInt reads, which the library signs and compares: blanks, a sign, digits,
// and whatever follows.
std::optional<std::int64_t> seconds_of(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size()));
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc())
        return std::nullopt;
    return value;
}

Header parse(std::string_view text) {
    Header out;
    while (true) {
        const auto comma = text.find(',');
        const auto item = text.substr(0, comma);
        const auto equals = item.find('=');
        const auto key = item.substr(0, equals);
        // As the library splits: a second "=" ends the value.
        auto value =
            equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
        value = value.substr(0, value.find('='));
        if (key == "t") {
            out.seconds = seconds_of(value);
            out.time = out.seconds ? std::to_string(*out.seconds) : std::string();
        } else if (key == "v1") {
            out.signatures.push_back(value);
        }
        if (comma == std::string_view::npos)
            return out;
        text.remove_prefix(comma + 1);
    }
}

bool is_signed(const Header& header, std::string_view body, std::span<const Secret> secrets) {
    std::string text = header.time + ".";
    text += body;
    bool found = false;
    for (const auto& secret : secrets) {
        if (secret.empty())
            continue;
        const auto expected = to_hex(hmac_sha256(secret.reveal(), text));
        for (const auto signature : header.signatures)
            found = is_equal_in_constant_time(expected, signature) || found;
    }
    return found;
}

}  // namespace

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::genuine:
            return "genuine";
        case Verdict::no_header:
            return "no_header";
        case Verdict::malformed:
            return "malformed";
        case Verdict::wrong:
            return "wrong";
        case Verdict::old:
            return "old";
    }
    return "wrong";
}

Verdict verify(
    std::string_view header,
    std::string_view body,
    std::span<const Secret> secrets,
    Instant now,
    std::chrono::seconds tolerance) {
    if (header.empty())
        return Verdict::no_header;
    const auto read = parse(header);
    if (!read.seconds || read.signatures.empty())
        return Verdict::malformed;
    if (body.empty() || !is_signed(read, body, secrets))
        return Verdict::wrong;
    const auto present = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    // A time far in the past may be any number: no subtraction that could overflow.
    if (tolerance.count() > 0 && *read.seconds < present - tolerance.count())
        return Verdict::old;
    return Verdict::genuine;
}

}  // namespace caas::billing::stripe
