// auth: coming in, staying in, going out.
#include "core/api/auth.h"

#include <nlohmann/json.hpp>

#include "core/access/device.h"
#include "core/access/session.h"
#include "core/api/paging.h"
#include "core/api/render.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/flow/register.h"

namespace caas::api {
namespace {

// Mail was put in the queue.
void post(const Call& call) {
    if (call.context.post)
        call.context.post();
}

Response register_person(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    flow::Registration asked;
    asked.email = fields.required_text("email");
    asked.password = Secret(fields.required_text("password"));
    asked.name = fields.text("name").value_or("");
    asked.organization = fields.text("organization");
    asked.zone = fields.text("zone").value_or("UTC");
    asked.invitation = fields.text("invitation");
    const bool in_json = fields.truth("with_refresh_token").value_or(false);
    fields.finish();
    const auto made = flow::register_person(call.tools(), people_of(call), asked, visitor_of(call));
    post(call);
    Json out{
        {"person",
         {{"id", made.person.person.text()},
          {"name", made.person.name},
          {"email", or_null(made.person.email)}}},
        {"must_verify_email", !made.session.has_value()}};
    if (made.session)
        out.update(render_signed_in(*made.session, in_json));
    auto response = json_response(201, out);
    response.headers.emplace_back("Cache-Control", "no-store");
    if (made.session && !in_json)
        response.headers.push_back(cookie_for(call, made.session));
    return response;
}

Response login(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    flow::SignIn asked;
    asked.email = fields.required_text("email");
    asked.password = Secret(fields.required_text("password"));
    asked.code = fields.text("code").value_or("");
    const bool in_json = fields.truth("with_refresh_token").value_or(false);
    fields.finish();
    const auto entered = flow::sign_in(call.tools(), people_of(call), asked, visitor_of(call));
    return signed_in(call, 200, entered, in_json);
}

Response refresh(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto presented = take_refresh_token(call, fields);
    fields.finish();
    if (presented.token.empty())
        throw Error(
            Code::unauthenticated,
            "There is no refresh token",
            "send it as `refresh_token`, or as the cookie you were given");
    const auto entered = flow::refresh(call.tools(), people_of(call), presented.token);
    return signed_in(call, 200, entered, !presented.is_cookie);
}

Response logout(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto presented = take_refresh_token(call, fields);
    fields.finish();
    const auto now = call.tools().clock.now();
    call.tools().store.write([&](store::Transaction& transaction) {
        const auto end = [&](const PersonId& person, const access::SessionId& session) {
            access::end_session(transaction, person, session, now, access::SessionEnd::logout);
        };
        if (const auto session = access::session_of(transaction, now, presented.token))
            end(session->person, session->id);
        if (call.principal.session)
            end(call.principal.person, *call.principal.session);
    });
    auto response = no_content();
    response.headers.push_back(cookie_for(call, std::nullopt));
    return response;
}

Response logout_all(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
    require_presence(call);
    const auto ended = call.tools().store.write([&](store::Transaction& transaction) {
        const auto now = call.tools().clock.now();
        const auto& person = call.principal.person;
        const auto sessions =
            access::end_sessions(transaction, person, now, access::SessionEnd::logout);
        return Json{
            {"ended", sessions}, {"machines", access::end_devices(transaction, person, now)}};
    });
    auto response = json_response(200, ended);
    response.headers.push_back(cookie_for(call, std::nullopt));
    return response;
}

Json render_session(const access::Session& session, const access::Principal& principal) {
    return {
        {"id", session.id.text()},
        {"client", session.client},
        {"address", session.address},
        {"is_current", principal.session == session.id},
        {"created_at", to_rfc3339(session.created_at)},
        {"refreshed_at", to_rfc3339(session.refreshed_at)},
        {"expires_at", to_rfc3339(session.expires_at)}};
}

Response sessions(Call& call) {
    const auto page = take_page(call.query);
    require_presence(call);
    const auto found = call.tools().store.read([&](store::Reader& reader) {
        return access::list_sessions(reader, call.principal.person, call.tools().clock.now(), page);
    });
    return json_response(
        200, render_list(found.items, found.next_cursor, [&](const access::Session& session) {
            return render_session(session, call.principal);
        }));
}

Response end_session(Call& call) {
    require_presence(call);
    call.tools().store.write([&](store::Transaction& transaction) {
        const auto now = call.tools().clock.now();
        const auto& person = call.principal.person;
        const auto found = access::get_session(transaction, person, now, call.id());
        access::end_session(transaction, person, found.id, now, access::SessionEnd::logout);
    });
    return no_content();
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/register",
        .access = Access::open,
        .handle = register_person,
        .summary = "register, with an organization of one's own or by an invitation",
        .most_body_bytes = most_stranger_bytes,
        .id = "register",
        .body = "Registration",
        .answer = "Registered",
        .status = 201,
        .codes = {Code::forbidden, Code::not_found, Code::plan_limit}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/login",
        .access = Access::open,
        .handle = login,
        .summary = "sign in with e-mail address and password",
        .most_body_bytes = most_stranger_bytes,
        .id = "login",
        .body = "SignIn",
        .answer = "SignedIn",
        .codes = {Code::unauthenticated, Code::forbidden}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/refresh",
        .access = Access::open,
        .handle = refresh,
        .summary = "take a new access token, and the refresh token for the next time",
        .most_body_bytes = most_stranger_bytes,
        .id = "refresh_session",
        .body = "RefreshToken",
        .answer = "SignedIn",
        .codes = {Code::unauthenticated, Code::forbidden}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/logout",
        .access = Access::open,
        .handle = logout,
        .summary = "end the session",
        .most_body_bytes = most_stranger_bytes,
        .id = "logout",
        .body = "RefreshToken",
        .status = 204,
        .codes = {Code::forbidden},
        .is_idempotent = true},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/logout-all",
        .action = Action::manage_self,
        .handle = logout_all,
        .summary = "sign out everywhere: all sessions and machines of the person",
        .id = "logout_all",
        .answer = "EndedSessions",
        .is_idempotent = true},
    Route{
        .method = "GET",
        .pattern = "/api/v1/auth/sessions",
        .action = Action::manage_self,
        .handle = sessions,
        .summary = "list the devices one is signed in on",
        .id = "list_sessions",
        .query = "limit cursor",
        .answer = "Session[]"},
    Route{
        .method = "DELETE",
        .pattern = "/api/v1/auth/sessions/{id}",
        .action = Action::manage_self,
        .handle = end_session,
        .summary = "sign out on one device",
        .id = "end_session",
        .status = 204},
};

}  // namespace

std::span<const Route> auth_routes() {
    return rows;
}

}  // namespace caas::api
