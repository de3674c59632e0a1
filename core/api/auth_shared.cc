#include <nlohmann/json.hpp>

#include "core/access/jwt.h"
#include "core/api/auth.h"
#include "core/base/error.h"

namespace caas::api {
namespace {

// The value of a cookie in a header "a=1; b=2".
std::string cookie_in(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        auto pair = header.substr(0, header.find(';'));
        header.remove_prefix(std::min(pair.size() + 1, header.size()));
        while (pair.starts_with(' '))
            pair.remove_prefix(1);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return std::string(pair.substr(name.size() + 1));
    }
    return {};
}

bool is_loopback(std::string_view host) {
    const auto name =
        host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

// Some browsers keep no Secure cookie of http://localhost, where nobody listens in anyway.
bool must_be_secure(const Call& call) {
    const bool is_public = call.tools().settings.text("http.public_url").starts_with("https://");
    return is_public || !is_loopback(call.request.header("Host").value_or(""));
}

}  // namespace

const flow::People& people_of(const Call& call) {
    if (call.context.people == nullptr)
        throw Error(Code::unavailable, "Nobody can sign in here");
    return *call.context.people;
}

flow::Visitor visitor_of(const Call& call) {
    return {call.request.header("User-Agent").value_or(""), call.request.remote_address};
}

void require_presence(const Call& call) {
    if (!call.principal.session && !call.principal.is_local_owner)
        throw Error(
            Code::forbidden,
            "An API token cannot do this",
            "sign in with your e-mail address and password");
}

Json render_signed_in(const flow::SignedIn& entered, bool has_refresh_token) {
    const std::chrono::seconds lifetime = access::access_token_lifetime;
    Json out{
        {"access_token", entered.access_token.reveal()},
        {"token_type", "Bearer"},
        {"expires_in", lifetime.count()},
        {"session_id", entered.session.id.text()},
        {"person_id", entered.session.person.text()}};
    if (has_refresh_token)
        out["refresh_token"] = entered.refresh_token.reveal();
    return out;
}

Response signed_in(const Call& call, int status, const flow::SignedIn& entered, bool in_json) {
    auto response = json_response(status, render_signed_in(entered, in_json));
    response.headers.emplace_back("Cache-Control", "no-store");
    if (!in_json)
        response.headers.push_back(cookie_for(call, entered));
    return response;
}

Presented take_refresh_token(const Call& call, Fields& fields) {
    if (auto token = fields.text("refresh_token"))
        return {*std::move(token), false};
    return {cookie_in(call.request.header("Cookie").value_or(""), refresh_cookie), true};
}

net::Header cookie_for(const Call& call, const std::optional<flow::SignedIn>& entered) {
    std::int64_t seconds = 0;
    if (entered)
        seconds = std::chrono::duration_cast<std::chrono::seconds>(
                      entered->session.expires_at - call.tools().clock.now())
                      .count();
    return {
        "Set-Cookie",
        std::string(refresh_cookie) + "=" + (entered ? entered->refresh_token.reveal() : "") +
            "; Path=/api/v1/auth; Max-Age=" + std::to_string(seconds) + "; HttpOnly" +
            (must_be_secure(call) ? "; Secure" : "") + "; SameSite=Strict"};
}

}  // namespace caas::api
