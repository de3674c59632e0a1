#include "core/api/device_page.h"

#include <string_view>

#include "core/api/page.h"
#include "core/text/html.h"

namespace caas::api {
namespace {

constexpr std::string_view title = "sign in a machine";

std::string_view what_of(access::Scope scope) {
    switch (scope) {
        case access::Scope::read:
            return "look at everything you may see";
        case access::Scope::draft:
            return "write and change content, and send none of it";
        case access::Scope::publish:
            return "write content and publish it in your name";
        case access::Scope::admin:
            break;
    }
    return "do everything you may do, with accounts, members and tokens";
}

// What asks, and for what.
std::string about(const std::optional<access::NewDevice>& device) {
    if (!device)
        return {};
    auto out = "<p><strong>" + text::html_escaped(device->name) + "</strong>";
    if (!device->address.empty())
        out += ", at the address " + text::html_escaped(device->address) + ",";
    out += " asks to <strong>";
    out += what_of(device->scope);
    return out + "</strong>.</p>";
}

constexpr std::string_view buttons =
    "<button name=\"decision\" value=\"approve\">Approve</button>"
    "<button class=\"no\" name=\"decision\" value=\"refuse\">Refuse</button></form>";

}  // namespace

Response device_form(const DevicePage& shown) {
    auto body = "<h1>Sign in a machine</h1>" + render_fault(shown.fault) + about(shown.device);
    body +=
        "<p>Approve only what you started yourself just now, with <code>caas login</code>, and "
        "only if the code is the one you see there.</p>"
        "<form method=\"post\" action=\"/device\">";
    body += render({.name = "code", .label = "Code", .value = shown.code});
    body += render(
        {.name = "email",
         .label = "E-mail address",
         .type = "email",
         .complete = "username",
         .value = shown.email});
    body += render(
        {.name = "password",
         .label = "Password",
         .type = "password",
         .complete = "current-password"});
    if (shown.asks_second_factor)
        body += render(
            {.name = "second_factor",
             .label = "Code of your second factor",
             .complete = "one-time-code"});
    return page(title, body.append(buttons));
}

Response device_choice(const DevicePage& shown, const std::vector<access::Seat>& seats) {
    auto body = "<h1>Sign in a machine</h1>" + render_fault(shown.fault) + about(shown.device);
    body += "<form method=\"post\" action=\"/device\">" + hidden("code", shown.code) +
            hidden("proof", shown.proof);
    body +=
        "<label for=\"organization\">In which organization?</label>"
        "<select id=\"organization\" name=\"organization\">";
    for (const auto& [organization, role] : seats)
        body += "<option value=\"" + text::html_escaped(organization.id.text()) + "\">" +
                text::html_escaped(organization.name) + " (" + std::string(access::name(role)) +
                ")</option>";
    return page(title, body.append("</select>").append(buttons));
}

Response device_end(const std::string& heading, const std::string& text) {
    return last_page(title, heading, text);
}

}  // namespace caas::api
