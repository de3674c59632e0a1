#include "core/api/browser.h"

#include <algorithm>
#include <array>

#include <strings.h>

#include "core/api/cors.h"
#include "core/base/error.h"

namespace caas::api {
namespace {

constexpr std::string_view our_cookies = "caas_";

bool is_reading(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// The origin of a page elsewhere that the configuration allows, letter for letter.
std::optional<std::string> allowed_origin(
    const Request& request, const config::Settings& settings) {
    auto origin = request.header("Origin");
    if (!origin)
        return std::nullopt;
    const auto allowed = settings.list("http.cors_origins");
    if (std::find(allowed.begin(), allowed.end(), *origin) == allowed.end())
        return std::nullopt;
    return origin;
}

bool has_our_cookie(const Request& request) {
    const auto header = request.header("Cookie").value_or("");
    for (auto at = header.find(our_cookies); at != std::string::npos;
         at = header.find(our_cookies, at + 1)) {
        if (at == 0 || header[at - 1] == ' ' || header[at - 1] == ';')
            return true;
    }
    return false;
}

bool is_own_origin(const Request& request, const config::Settings& settings) {
    const auto origin = request.header("Origin");
    if (!origin)
        return true;
    if (*origin == settings.text("http.public_url"))
        return true;
    const auto at = origin->find("://");
    return at != std::string::npos && origin->substr(at + 3) == request.header("Host");
}

void add_if_unsaid(Response& response, std::string_view name, std::string_view value) {
    for (const auto& [known, said] : response.headers) {
        if (known.size() == name.size() && strncasecmp(known.data(), name.data(), name.size()) == 0)
            return;
    }
    response.headers.emplace_back(name, value);
}

}  // namespace

std::optional<Response> answer_preflight(
    const Request& request, const config::Settings& settings, std::string_view allowed) {
    if (request.method != "OPTIONS" || !request.header("Access-Control-Request-Method"))
        return std::nullopt;
    if (!allowed_origin(request, settings) || allowed.empty())
        return std::nullopt;
    auto response = no_content();
    response.headers.emplace_back("Access-Control-Allow-Methods", allowed);
    response.headers.emplace_back(
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
        "Caas-Organization, Caas-Workspace, Last-Event-ID, " +
            std::string(own_header));
    response.headers.emplace_back("Access-Control-Max-Age", "600");
    return response;
}

void refuse_forged(const Request& request, const config::Settings& settings) {
    if (is_reading(request.method) || request.header("Authorization") || !has_our_cookie(request))
        return;
    const auto site = request.header("Sec-Fetch-Site").value_or("same-origin");
    const bool is_ours =
        (site == "same-origin" || site == "none") && is_own_origin(request, settings);
    if ((is_ours || allowed_origin(request, settings)) && request.header(own_header))
        return;
    throw Error(
        Code::forbidden,
        "This request comes with a cookie, and nothing says that our own page sent it",
        "send the header " + std::string(own_header) + ": 1 from a page of this server");
}

void add_browser_headers(
    Response& response, const Request& request, const config::Settings& settings) {
    if (request.remote_address.empty() && !request.header("Host"))
        return;  // a command in this process
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> always{{
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    }};
    for (const auto& [name, value] : always)
        add_if_unsaid(response, name, value);
    // What is read may be kept by its reader alone, who asks each time whether it still holds.
    add_if_unsaid(
        response,
        "Cache-Control",
        is_reading(request.method) && response.status < 400 ? "private, no-cache" : "no-store");
    if (settings.text("http.public_url").starts_with("https://"))
        add_if_unsaid(response, "Strict-Transport-Security", "max-age=31536000");
    let_page_read(
        response.headers,
        request.header("Origin").value_or(""),
        settings.list("http.cors_origins"));
}

}  // namespace caas::api
