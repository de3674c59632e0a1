#include "tests/real/oidc/browser.h"

#include <stdexcept>

#include "core/net/url.h"

namespace caas::real {
namespace {

constexpr int most_steps = 20;

// What follows `before` up to the next quote; empty when it is not there.
std::string quoted_after(const std::string& text, const std::string& before) {
    const auto at = text.find(before);
    if (at == std::string::npos)
        return {};
    const auto start = at + before.size();
    return text.substr(start, text.find('"', start) - start);
}

}  // namespace

net::Response Browser::send(net::Request request) {
    std::string cookies;
    for (const auto& [name, value] : cookies_)
        cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    request.headers.emplace_back("Cookie", cookies);
    auto result = http_.send(request);
    if (const auto* failure = std::get_if<net::Failure>(&result))
        throw std::runtime_error("the server gave no answer: " + failure->message);
    auto response = std::get<net::Response>(std::move(result));
    for (const auto& [name, value] : response.headers) {
        if (name != "set-cookie" && name != "Set-Cookie")
            continue;
        const auto equals = value.find('=');
        cookies_[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
    return response;
}

std::string Browser::allow(const std::string& authorize_url, const std::string& redirect_uri) {
    net::Request request;
    request.url = authorize_url;
    const auto origin = net::parse_url(authorize_url)->origin();
    for (int step = 0; step < most_steps; ++step) {
        const auto response = send(request);
        request = {};
        if (const auto where = response.header("Location")) {
            if (where->starts_with(redirect_uri))
                return *where;
            request.url = where->starts_with("/") ? origin + *where : *where;
            continue;
        }
        const auto action = quoted_after(response.body, "action=\"");
        if (response.status != 200 || action.empty())
            throw std::runtime_error("a page without a form: " + response.body.substr(0, 300));
        const bool is_login = response.body.find("value=\"login\"") != std::string::npos;
        request.method = "POST";
        request.url = action.starts_with("/") ? origin + action : action;
        request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        request.body = is_login ? "prompt=login&login=alice&password=x" : "prompt=consent";
    }
    throw std::runtime_error("the server sends its visitors in circles");
}

}  // namespace caas::real
