#include "daemon/http/refusal.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace caas::http {
namespace {

struct Reason {
    int status;
    std::string_view phrase;
};

constexpr auto reasons = std::to_array<Reason>({
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
});

api::Response problem(int status, Json body, std::string_view request_id) {
    body["type"] = "about:blank";
    body["status"] = status;
    body["request_id"] = std::string(request_id);
    api::Response response;
    response.status = status;
    response.headers = {
        {"Content-Type", "application/problem+json; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"}};
    response.body = json::dump(body);
    return response;
}

}  // namespace

std::string_view reason_phrase(int status) {
    const auto* found = std::ranges::find(reasons, status, &Reason::status);
    return found == reasons.end() ? "Unknown" : found->phrase;
}

api::Response answer(const Refusal& refusal, std::string_view request_id) {
    Json body{
        {"title", std::string(reason_phrase(refusal.status))},
        {"detail", refusal.detail},
        {"code", std::string(refusal.code)}};
    if (!refusal.hint.empty())
        body["hint"] = refusal.hint;
    auto response = problem(refusal.status, std::move(body), request_id);
    if (refusal.status == 503)
        response.headers.emplace_back("Retry-After", "1");
    return response;
}

api::Response answer(const Error& error, std::string_view request_id) {
    const auto& row = facts(error.code());
    const bool is_ours = error.code() == Code::internal;
    Json body{
        {"title", std::string(row.title)},
        {"detail", is_ours ? "Something went wrong inside caas" : error.what()},
        {"code", std::string(row.name)}};
    if (!is_ours && !error.hint().empty())
        body["hint"] = error.hint();
    auto response = problem(row.http_status, std::move(body), request_id);
    if (error.retry_after_s() > 0 || row.http_status == 503)
        response.headers.emplace_back(
            "Retry-After", std::to_string(std::max(1, error.retry_after_s())));
    return response;
}

}  // namespace caas::http
