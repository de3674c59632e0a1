#include "core/platform/webhook/signature.h"

#include <charconv>

#include "core/base/digest.h"

namespace caas::platform::webhook {
namespace {

std::string mac(const Secret& secret, std::string_view time, std::string_view body) {
    std::string signed_text(time);
    signed_text += '.';
    signed_text += body;
    return to_hex(hmac_sha256(secret.reveal(), signed_text));
}

}  // namespace

std::string signature(const Secret& secret, std::int64_t unix_seconds, std::string_view body) {
    const auto time = std::to_string(unix_seconds);
    return "t=" + time + ",v1=" + mac(secret, time, body);
}

bool is_genuine(
    const Secret& secret,
    std::string_view header,
    std::string_view body,
    Instant now,
    Milliseconds tolerance) {
    std::string_view time;
    std::string_view given;
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto pair = header.substr(0, comma);
        if (pair.starts_with("t="))
            time = pair.substr(2);
        else if (pair.starts_with("v1="))
            given = pair.substr(3);
        header = comma == std::string_view::npos ? "" : header.substr(comma + 1);
    }
    std::int64_t seconds = 0;
    const auto read = std::from_chars(time.data(), time.data() + time.size(), seconds);
    if (read.ec != std::errc() || read.ptr != time.data() + time.size())
        return false;
    constexpr std::int64_t latest = 253402300799;  // the end of the year 9999
    if (seconds < 0 || seconds > latest)
        return false;
    const auto distance = std::chrono::abs(now - from_ms(seconds * 1000));
    return distance <= tolerance && is_equal_in_constant_time(given, mac(secret, time, body));
}

}  // namespace caas::platform::webhook
