// app/reset-password, app/verify-email and app/join: where the links of mails lead. Whoever sends
// one of these forms shows the token of the mail, and for join says their password, so that no
// cookie is looked at and no other page can send it for them. Looking at a page changes nothing:
// mail servers follow links too.
#include <array>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/invitation.h"
#include "core/access/session.h"
#include "core/access/tenancy.h"
#include "core/api/auth.h"
#include "core/api/page.h"
#include "core/base/error.h"
#include "core/flow/address.h"
#include "core/flow/join.h"
#include "core/flow/recover.h"
#include "core/flow/register.h"
#include "core/text/html.h"

namespace caas::api {
namespace {

constexpr std::string_view reset_title = "choose a new password";
constexpr std::string_view verify_title = "confirm your address";
constexpr std::string_view join_title = "join an organization";

void post(const Call& call) {
    if (call.context.post)
        call.context.post();
}

std::string begin_form(std::string_view action, std::string_view token) {
    return "<form method=\"post\" action=\"" + std::string(action) + "\">" +
           render({.name = "token", .label = "Token of the mail", .value = token});
}

std::string button(std::string_view text) {
    return "<button>" + std::string(text) + "</button></form>";
}

Response reset_form(std::string_view token, std::string_view fault) {
    return page(
        reset_title,
        "<h1>Choose a new password</h1>" + render_fault(fault) +
            "<p>Ten characters or more; a few words that only you would put together are good. All "
            "your devices will be signed out.</p>" +
            begin_form("/app/reset-password", token) +
            render(
                {.name = "password",
                 .label = "New password",
                 .type = "password",
                 .complete = "new-password"}) +
            button("Set the password"),
        true);
}

Response show_reset(Call& /*call*/) {
    return reset_form({}, {});
}

Response reset(Call& call) {
    auto form = form_of(call);
    try {
        flow::reset_password(
            call.tools(), people_of(call), Secret(form["token"]), Secret(form["password"]));
    } catch (const Error& error) {
        return reset_form(form["token"], fault_of(error));
    }
    post(call);
    return last_page(
        reset_title, "Your password is set", "Sign in with your address and this password.");
}

Response verify_form(std::string_view token, std::string_view fault) {
    return page(
        verify_title,
        "<h1>Confirm your address</h1>" + render_fault(fault) +
            begin_form("/app/verify-email", token) + button("This is my address"),
        true);
}

Response show_verify(Call& /*call*/) {
    return verify_form({}, {});
}

Response verify(Call& call) {
    auto form = form_of(call);
    try {
        flow::verify_email(call.tools(), Secret(form["token"]));
    } catch (const Error& error) {
        return verify_form(form["token"], fault_of(error));
    }
    post(call);
    return last_page(verify_title, "Thank you", "The address is confirmed.");
}

// What an invitation is for; nullopt when it is not good.
struct Offer {
    access::Invitation invitation;
    std::string organization;
};

std::optional<Offer> offer_of(const Call& call, const std::string& token) {
    return call.tools().store.read([&](store::Reader& reader) -> std::optional<Offer> {
        auto found = access::find_invitation(reader, token, call.tools().clock.now());
        if (!found)
            return std::nullopt;
        auto name = access::find_organization(reader, found->organization)->name;
        return Offer{*std::move(found), std::move(name)};
    });
}

Response join_form(std::string_view token, std::string_view fault) {
    return page(
        join_title,
        "<h1>Join an organization</h1>" + render_fault(fault) + begin_form("/app/join", token) +
            button("Go on"),
        true);
}

Response offer_form(const Offer& offer, Form& form, std::string_view fault) {
    auto body = "<h1>Join " + text::html_escaped(offer.organization) + "</h1>" +
                render_fault(fault) + "<p>You are invited as <strong>" +
                std::string(access::name(offer.invitation.role)) + "</strong>, with the address " +
                text::html_escaped(offer.invitation.email) +
                ".</p><form method=\"post\" action=\"/app/join\">";
    body += hidden("token", form["token"]);
    body += render(
        {.name = "password",
         .label = "Your password here, or one you choose now",
         .type = "password",
         .complete = "current-password"});
    body += render(
        {.name = "second_factor",
         .label = "Code of your second factor, if you have one",
         .complete = "one-time-code",
         .value = {},
         .is_required = false});
    body += render(
        {.name = "name",
         .label = "Your name, if you are new",
         .complete = "name",
         .value = form["name"],
         .is_required = false});
    return page(
        join_title,
        body +
            "<button name=\"decision\" value=\"join\">I have been here: join</button>"
            "<button class=\"no\" name=\"decision\" value=\"register\">I am new: "
            "join</button></form>");
}

// Somebody who is here already; the session that proved it is not needed any more.
void accept(Call& call, const Offer& offer, Form& form) {
    const auto proof = flow::sign_in(
        call.tools(),
        people_of(call),
        {offer.invitation.email, Secret(form["password"]), form["second_factor"]},
        visitor_of(call));
    const auto& person = proof.session.person;
    call.tools().store.write([&](store::Transaction& transaction) {
        const auto now = call.tools().clock.now();
        access::end_session(transaction, person, proof.session.id, now, access::SessionEnd::logout);
        const auto accepted = flow::join(call.tools(), transaction, form["token"], person);
        access::record(
            transaction,
            now,
            {person, std::nullopt},
            accepted.organization.text(),
            {"invitation.accept", accepted.id.text()},
            Json{{"email", accepted.email}, {"role", access::name(accepted.role)}});
    });
}

// False when the address must be confirmed first.
bool register_by(Call& call, const Offer& offer, Form& form) {
    flow::Registration asked;
    asked.email = offer.invitation.email;
    asked.password = Secret(form["password"]);
    asked.name = form["name"];
    asked.invitation = form["token"];
    const auto made = flow::register_person(call.tools(), people_of(call), asked, visitor_of(call));
    if (!made.session)
        return false;
    call.tools().store.write([&](store::Transaction& transaction) {
        access::end_session(
            transaction,
            made.person.person,
            made.session->session.id,
            call.tools().clock.now(),
            access::SessionEnd::logout);
    });
    return true;
}

Response show_join(Call& /*call*/) {
    return join_form({}, {});
}

Response join(Call& call) {
    auto form = form_of(call);
    const auto offer = offer_of(call, form["token"]);
    if (!offer)
        return join_form(
            form["token"],
            "This invitation is not good: it was used, revoked, or is older than seven days.");
    const auto decision = form["decision"];
    if (decision.empty())
        return offer_form(*offer, form, {});
    bool may_enter = true;
    try {
        if (decision == "register")
            may_enter = register_by(call, *offer, form);
        else
            accept(call, *offer, form);
    } catch (const Error& error) {
        return offer_form(*offer, form, fault_of(error));
    }
    post(call);
    return last_page(
        join_title,
        "Welcome to " + offer->organization,
        may_enter ? "You are a member now. Sign in with your address and password."
                  : "Look into your mail: it says how to go on.");
}

constexpr Codes form_codes{
    Code::unsupported_media_type, Code::too_large, Code::bad_request, Code::timeout};

constexpr Route look(
    std::string_view pattern,
    Response (*handle)(Call&),
    std::string_view id,
    std::string_view why) {
    return {
        .method = "GET",
        .pattern = pattern,
        .access = Access::open,
        .handle = handle,
        .summary = why,
        .id = id,
        .answer = "Page",
        .media_type = "text/html"};
}

constexpr Route send(
    std::string_view pattern,
    Response (*handle)(Call&),
    std::string_view id,
    std::string_view form,
    std::string_view why) {
    return {
        .method = "POST",
        .pattern = pattern,
        .access = Access::open,
        .handle = handle,
        .summary = why,
        .most_body_bytes = most_form_bytes,
        .id = id,
        .body = form,
        .body_type = type_of_forms,
        .answer = "Page",
        .media_type = "text/html",
        .codes = form_codes};
}

constexpr std::array rows{
    look("/app/reset-password", show_reset, "show_reset_page", "show where a password is chosen"),
    send(
        "/app/reset-password",
        reset,
        "send_reset_page",
        "ResetForm",
        "choose a password by that page's form"),
    look(
        "/app/verify-email", show_verify, "show_verify_page", "show where an address is confirmed"),
    send(
        "/app/verify-email",
        verify,
        "send_verify_page",
        "VerifyForm",
        "confirm an address by that page's form"),
    look("/app/join", show_join, "show_join_page", "show where an invitation is taken up"),
    send(
        "/app/join",
        join,
        "send_join_page",
        "JoinForm",
        "take an invitation up by that page's form"),
};

}  // namespace

std::span<const Route> mail_page_routes() {
    return rows;
}

}  // namespace caas::api
