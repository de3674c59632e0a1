// auth: what proves who somebody is: password, e-mail address, second factor; and making people.
#include <nlohmann/json.hpp>

#include "core/api/auth.h"
#include "core/api/render.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/flow/address.h"
#include "core/flow/recover.h"
#include "core/flow/register.h"

namespace caas::api {
namespace {

void post(const Call& call) {
    if (call.context.post)
        call.context.post();
}

// Whoever is at the machine need not know the password.
void require_own_password(const Call& call, const std::string& password) {
    require_presence(call);
    if (!call.principal.is_local_owner)
        flow::require_password(
            call.tools(), people_of(call), call.principal.person, Secret(password));
}

Response password(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto current = fields.text("current_password").value_or("");
    const Secret wanted(fields.required_text("password"));
    fields.finish();
    require_own_password(call, current);
    flow::change_password(call.tools(), people_of(call), call.principal, wanted);
    post(call);
    return no_content();
}

Response reset_password(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto email = fields.text("email");
    const auto token = fields.text("token");
    const auto wanted = fields.text("password");
    fields.finish();
    const bool is_request = email && !token && !wanted;
    const bool is_answer = !email && token && wanted;
    if (!is_request && !is_answer)
        throw Error(
            Code::invalid,
            "Either `email`, or `token` and `password`, is needed",
            "send `email` to get a mail; send its `token` and the new `password` afterwards");
    if (is_request)
        flow::ask_for_reset(call.tools(), *email, visitor_of(call));
    else
        flow::reset_password(call.tools(), people_of(call), Secret(*token), Secret(*wanted));
    post(call);
    return no_content();
}

Response verify_email(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto token = fields.text("token");
    fields.finish();
    if (token) {
        flow::verify_email(call.tools(), Secret(*token));
        return no_content();
    }
    if (!call.principal.session && !call.principal.is_local_owner)
        throw Error(
            Code::unauthenticated,
            "This needs the `token` of a mail, or somebody who is signed in",
            "sign in to get another mail");
    flow::ask_to_verify(call.tools(), call.principal.person);
    post(call);
    return no_content();
}

Response change_email(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto email = fields.required_text("email");
    const auto own = fields.text("password").value_or("");
    fields.finish();
    require_own_password(call, own);
    flow::ask_for_address(call.tools(), call.principal.person, email, visitor_of(call));
    post(call);
    return no_content();
}

Response begin_factor(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto own = fields.text("password").value_or("");
    fields.finish();
    require_own_password(call, own);
    const auto factor = flow::begin_second_factor(call.tools(), call.principal.person);
    return json_response(201, {{"secret", factor.secret}, {"uri", factor.uri}});
}

Response confirm_factor(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto code = fields.required_text("code");
    fields.finish();
    require_presence(call);
    return json_response(
        200,
        {{"recovery_codes",
          flow::confirm_second_factor(call.tools(), call.principal.person, code)}});
}

Response end_factor(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto own = fields.text("password").value_or("");
    fields.finish();
    require_own_password(call, own);
    flow::end_second_factor(call.tools(), call.principal.person);
    return no_content();
}

Response welcome(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    flow::NewPerson asked;
    asked.email = fields.required_text("email");
    asked.name = fields.text("name");
    asked.is_installation_owner = fields.truth("is_installation_owner").value_or(false);
    asked.is_mailed = fields.truth("send_mail").value_or(false);
    fields.finish();
    require_presence(call);
    const auto made = flow::welcome_person(call.tools(), call.principal, asked);
    post(call);
    return json_response(
        201,
        {{"person",
          {{"id", made.person.person.text()},
           {"name", made.person.name},
           {"email", or_null(made.person.email)}}},
         {"is_new", made.is_new},
         {"is_installation_owner", made.person.is_installation_owner},
         {"token", made.token.reveal()},
         {"url", made.url},
         {"expires_at", to_rfc3339(made.expires_at)}});
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/password",
        .action = Action::manage_self,
        .handle = password,
        .summary = "change the password; all other sessions and all machines are signed out",
        .id = "change_password",
        .body = "PasswordChange",
        .status = 204},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/reset-password",
        .access = Access::open,
        .handle = reset_password,
        .summary = "get a mail to choose a new password with, or choose it",
        .most_body_bytes = most_stranger_bytes,
        .id = "reset_password",
        .body = "PasswordReset",
        .status = 204,
        .codes = {Code::forbidden}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/verify-email",
        .access = Access::open,
        .handle = verify_email,
        .summary = "confirm an e-mail address, or get another mail to do so",
        .most_body_bytes = most_stranger_bytes,
        .id = "verify_email",
        .body = "EmailVerification",
        .status = 204,
        .codes = {Code::unauthenticated, Code::forbidden, Code::not_found, Code::conflict}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/email",
        .action = Action::manage_self,
        .handle = change_email,
        .summary = "take another e-mail address, once the mail to it is answered",
        .id = "change_email",
        .body = "EmailChange",
        .status = 204,
        .codes = {Code::conflict, Code::not_found}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/totp",
        .action = Action::manage_self,
        .handle = begin_factor,
        .summary = "begin with a second factor",
        .id = "begin_totp",
        .body = "OwnPassword",
        .answer = "NewTotp",
        .status = 201,
        .codes = {Code::not_found}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/totp/confirm",
        .action = Action::manage_self,
        .handle = confirm_factor,
        .summary = "confirm the second factor by its first code",
        .id = "confirm_totp",
        .body = "TotpCode",
        .answer = "RecoveryCodes",
        .codes = {Code::not_found}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/auth/totp/disable",
        .action = Action::manage_self,
        .handle = end_factor,
        .summary = "end the second factor",
        .id = "end_totp",
        .body = "OwnPassword",
        .status = 204,
        .codes = {Code::not_found}},
    Route{
        .method = "POST",
        .pattern = "/api/v1/admin/users",
        .action = Action::administer_installation,
        .handle = welcome,
        .summary = "make a person and a link to set their password with",
        .id = "add_user",
        .body = "NewUser",
        .answer = "NewUserLink",
        .status = 201},
};

}  // namespace

std::span<const Route> auth_proof_routes() {
    return rows;
}

}  // namespace caas::api
