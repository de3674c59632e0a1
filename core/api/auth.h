// What the routes of auth/ share: who asks, the answer to whoever signed in, and the cookie that
// browsers keep a refresh token in. Functions for one call.
#pragma once

#include <optional>
#include <string>

#include "core/api/fields.h"
#include "core/api/route.h"
#include "core/flow/people.h"
#include "core/flow/sign_in.h"

namespace caas::api {

// Only sent to auth/, never to scripts of a page, never along with a request from another site.
inline constexpr std::string_view refresh_cookie = "caas_refresh";

// Throws Error(unavailable) where nobody can sign in.
const flow::People& people_of(const Call& call);
flow::Visitor visitor_of(const Call& call);

// Whoever is signed in by their password, or the owner at the machine: an API token may not change
// how its person signs in. Throws Error(forbidden).
void require_presence(const Call& call);

// The answer to whoever signed in. Browsers get the refresh token as a cookie; scripts, which ask
// for it, in the JSON.
Json render_signed_in(const flow::SignedIn& entered, bool has_refresh_token);
Response signed_in(const Call& call, int status, const flow::SignedIn& entered, bool in_json);

// The refresh token of the body field `refresh_token`, else of the cookie.
struct Presented {
    std::string token;  // empty: none
    bool is_cookie = false;
};

Presented take_refresh_token(const Call& call, Fields& fields);
// The cookie to send: keeps `token` for as long as the session lives; without one takes it away.
net::Header cookie_for(const Call& call, const std::optional<flow::SignedIn>& entered);

}  // namespace caas::api
