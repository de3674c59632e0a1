#include "daemon/http/answer_head.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "daemon/http/refusal.h"
#include "daemon/http/request_head.h"

namespace caas::http {
namespace {

constexpr std::array<std::string_view, 7> ours{
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "x-request-id",
};

bool is_clean(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_ours(std::string_view name) {
    return std::ranges::any_of(ours, [name](auto known) { return is_same_word(known, name); });
}

void add(std::string& to, std::string_view name, std::string_view value) {
    to.append(name).append(": ").append(value).append("\r\n");
}

std::string two_digits(unsigned number) {
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

bool is_bodyless(int status) {
    return status < 200 || status == 204 || status == 304;
}

std::string http_date(Instant instant) {
    constexpr std::array<std::string_view, 7> weekdays{
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
    std::string text(weekdays.at(std::chrono::weekday(day).c_encoding()));
    text.append(", ").append(two_digits(static_cast<unsigned>(date.day()))).append(" ");
    text.append(months.at(static_cast<unsigned>(date.month()) - 1)).append(" ");
    text.append(std::to_string(static_cast<int>(date.year()))).append(" ");
    text.append(two_digits(static_cast<unsigned>(time.hours().count()))).append(":");
    text.append(two_digits(static_cast<unsigned>(time.minutes().count()))).append(":");
    text.append(two_digits(static_cast<unsigned>(time.seconds().count()))).append(" GMT");
    return text;
}

std::string answer_head(
    const api::Response& response,
    const Framing& framing,
    std::string_view request_id,
    Instant now) {
    std::string head = "HTTP/1.1 ";
    head.reserve(320);
    head.append(std::to_string(response.status)).append(" ");
    head.append(reason_phrase(response.status)).append("\r\n");
    bool says_sniffing = false;
    for (const auto& [name, value] : response.headers) {
        if (is_ours(name) || !is_clean(name) || !is_clean(value))
            continue;
        says_sniffing = says_sniffing || is_same_word(name, "x-content-type-options");
        add(head, name, value);
    }
    if (!says_sniffing)
        add(head, "X-Content-Type-Options", "nosniff");
    add(head, "Date", http_date(now));
    if (!request_id.empty())
        add(head, "X-Request-Id", request_id);
    if (framing.is_chunked)
        add(head, "Transfer-Encoding", "chunked");
    // Of a 304 it would be that of the 200 (RFC 9110, 8.6), which is not known here.
    else if (framing.length && !is_bodyless(response.status))
        add(head, "Content-Length", std::to_string(*framing.length));
    add(head, "Connection", framing.keeps_alive ? "keep-alive" : "close");
    return head.append("\r\n");
}

}  // namespace caas::http
