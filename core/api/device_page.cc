#include "core/api/device_page.h"

#include <string_view>

#include "core/api/page.h"

namespace caas::api {
namespace {

std::string field(
    std::string_view name,
    std::string_view label,
    std::string_view type,
    std::string_view complete,
    std::string_view value) {
    std::string out = "<label for=\"";
    out.append(name).append("\">").append(label).append("</label><input id=\"").append(name);
    out.append("\" name=\"").append(name).append("\" type=\"").append(type);
    out.append("\" autocomplete=\"").append(complete).append("\" value=\"");
    return out.append(escaped(value)).append("\" required>");
}

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

}  // namespace

Response device_form(const DevicePage& shown) {
    std::string body = "<h1>Sign in a machine</h1>";
    if (!shown.fault.empty())
        body += "<p class=\"fault\" role=\"alert\">" + escaped(shown.fault) + "</p>";
    if (shown.device) {
        const auto& device = *shown.device;
        body += "<p><strong>" + escaped(device.name) + "</strong>";
        if (!device.address.empty())
            body += ", at the address " + escaped(device.address) + ",";
        body += " asks to <strong>";
        body += what_of(device.scope);
        body += "</strong>.</p>";
    }
    body +=
        "<p>Approve only what you started yourself just now, with <code>caas login</code>, and "
        "only if the code is the one you see there.</p>"
        "<form method=\"post\" action=\"/device\">";
    body += field("code", "Code", "text", "off", shown.code);
    body += field("email", "E-mail address", "email", "username", shown.email);
    body += field("password", "Password", "password", "current-password", "");
    if (shown.asks_second_factor)
        body += field("second_factor", "Code of your second factor", "text", "one-time-code", "");
    body +=
        "<button name=\"decision\" value=\"approve\">Approve</button>"
        "<button class=\"no\" name=\"decision\" value=\"refuse\">Refuse</button></form>";
    return html_page("caas: sign in a machine", body);
}

Response device_end(const std::string& heading, const std::string& text) {
    return html_page(
        "caas: sign in a machine", "<h1>" + escaped(heading) + "</h1><p>" + escaped(text) + "</p>");
}

}  // namespace caas::api
