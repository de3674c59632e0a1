#include "core/provider/error_body.h"

#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

namespace caas::provider {
namespace {

constexpr double longest_wait_s = 31.0 * 24 * 3600;

// A string, or a number as text.
std::string word(const Json& object, std::string_view key) {
    const auto* value = json::find(object, key);
    if (value == nullptr)
        return {};
    if (value->is_string())
        return value->get<std::string>();
    if (value->is_number())
        return json::dump(*value);
    return {};
}

int http_status(std::string_view text) {
    int number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = fault == std::errc() && end == text.data() + text.size();
    return is_whole && number >= 400 && number <= 599 ? number : 0;
}

// "32s", "37023.7s" (the JSON form of google.protobuf.Duration).
std::optional<Milliseconds> duration(std::string_view text) {
    if (text.empty() || text.back() != 's')
        return std::nullopt;
    double seconds = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size() - 1, seconds);
    if (fault != std::errc() || end != text.data() + text.size() - 1 || !std::isfinite(seconds) ||
        seconds < 0)
        return std::nullopt;
    return Milliseconds(std::llround(std::min(seconds, longest_wait_s) * 1000));
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

void read_google_detail(const Json& detail, ErrorBody& into) {
    const auto type = json::text_or(detail, "@type", "");
    if (ends_with(type, "google.rpc.RetryInfo")) {
        into.wait = duration(json::text_or(detail, "retryDelay", ""));
    } else if (ends_with(type, "google.rpc.ErrorInfo")) {
        into.is_key_invalid = json::text_or(detail, "reason", "") == "API_KEY_INVALID";
    } else if (ends_with(type, "google.rpc.QuotaFailure")) {
        const auto* violations = json::find(detail, "violations");
        if (violations == nullptr || !violations->is_array())
            return;
        for (const auto& violation : *violations) {
            const auto id = json::text_or(violation, "quotaId", "");
            into.is_daily = into.is_daily || id.find("PerDay") != std::string::npos ||
                            word(violation, "quotaValue") == "0";
        }
    }
}

void read_members(const Json& object, ErrorBody& into) {
    into.message = json::text_or(object, "message", into.message);
    into.type = json::text_or(object, "type", into.type);
    const auto code = word(object, "code");
    into.status = http_status(code);
    into.code = into.status != 0 ? std::string() : code;
    if (const auto status = json::text(object, "status"))
        into.type = *status;
    const auto* details = json::find(object, "details");
    if (details == nullptr)
        return;
    if (details->is_array()) {
        for (const auto& detail : *details)
            read_google_detail(detail, into);
    } else if (const auto error_code = json::text(*details, "error_code")) {
        into.code = *error_code;
    }
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
    std::string line;
    for (const char c : text) {
        const bool is_blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
        if (is_blank && (line.empty() || line.back() == ' '))
            continue;
        line += is_blank ? ' ' : c;
        if (line.size() > most)
            break;
    }
    if (line.size() > most) {
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
            --end;
        line.resize(end);
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

ErrorBody read_error_body(const Json& body) {
    ErrorBody read;
    if (body.is_array() && !body.empty())  // Google without alt=sse answers with an array
        return read_error_body(body.front());
    if (!body.is_object())
        return read;
    if (const auto* error = json::find(body, "error"); error == nullptr)
        read_members(body, read);  // older vLLM; `object` is "error"
    else if (error->is_string())
        read.message = error->get<std::string>();  // Ollama's own routes, LM Studio
    else
        read_members(*error, read);
    if (read.message.empty())
        read.message = json::text_or(body, "message", json::text_or(body, "detail", ""));
    read.request_id = json::text_or(body, "request_id", "");
    read.is_daily = read.is_daily || read.message.find("limit: 0") != std::string::npos;
    return read;
}

ErrorBody parse_error_body(std::string_view body) {
    if (const auto parsed = json::try_parse(body);
        parsed && (parsed->is_object() || parsed->is_array()))
        return read_error_body(*parsed);
    ErrorBody read;
    read.message = body;
    read.most_shown = 200;  // a proxy's HTML page, say
    return read;
}

}  // namespace caas::provider
