#include <array>

#include "core/base/digest.h"
#include "core/notice/mailer.h"

namespace caas::notice {
namespace {

constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string two_digits(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

// "Sun, 22 Nov 2026 10:00:00 +0000" (RFC 5322, 3.3)
std::string date_of(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
    return std::string(days.at(std::chrono::weekday(day).c_encoding())) + ", " +
           std::to_string(static_cast<unsigned>(date.day())) + " " +
           months.at(static_cast<unsigned>(date.month()) - 1) + " " +
           std::to_string(static_cast<int>(date.year())) + " " + two_digits(time.hours().count()) +
           ":" + two_digits(time.minutes().count()) + ":" + two_digits(time.seconds().count()) +
           " +0000";
}

bool is_plain(std::string_view text) {
    for (const char c : text) {
        if (c < 0x20 || c >= 0x7f)
            return false;
    }
    return true;
}

// As it is, or as an encoded word (RFC 2047), in which no line end can end the header.
std::string header_text(const std::string& text) {
    constexpr std::size_t most_bytes = 39;  // 64 characters a word: it fits behind "Subject: "
    if (is_plain(text))
        return text;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        auto end = std::min(at + most_bytes, text.size());
        // Not in the middle of a character.
        while (end < text.size() && end > at &&
               (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        out +=
            (at > 0 ? "\r\n " : "") + ("=?utf-8?B?" + to_base64(text.substr(at, end - at))) + "?=";
        at = end;
    }
    return out;
}

std::string with_line_ends(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\r\n";
        else if (c != '\r')
            out += c;
    }
    return out;
}

std::string in_lines(const std::string& base64) {
    constexpr std::size_t line = 76;  // RFC 2045, 6.8
    std::string out;
    for (std::size_t at = 0; at < base64.size(); at += line)
        out += base64.substr(at, line) + "\r\n";
    return out;
}

}  // namespace

std::string address_in(const std::string& mailbox) {
    const auto open = mailbox.find('<');
    const auto close = mailbox.rfind('>');
    if (open == std::string::npos || close == std::string::npos || close < open)
        return mailbox;
    return mailbox.substr(open + 1, close - open - 1);
}

std::string message_text(
    const Mail& mail, const std::string& from, Instant now, Random& random, Encoding encoding) {
    const auto address = address_in(from);
    const auto at = address.find('@');
    const auto host = at == std::string::npos ? "localhost" : address.substr(at + 1);
    const bool is_base64 = encoding == Encoding::base64;
    const auto body = with_line_ends(mail.text);
    return "From: " + header_text(from) + "\r\nTo: " + header_text(mail.to) +
           "\r\nSubject: " + header_text(mail.subject) + "\r\nDate: " + date_of(now) +
           "\r\nMessage-ID: <" + to_hex(random.bytes(16)) + "@" + host +
           ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8"
           "\r\nContent-Transfer-Encoding: " +
           (is_base64 ? "base64" : "8bit") + "\r\nAuto-Submitted: auto-generated\r\n\r\n" +
           (is_base64 ? in_lines(to_base64(body)) : body);
}

}  // namespace caas::notice
