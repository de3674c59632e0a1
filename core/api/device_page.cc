#include "core/api/device_page.h"

#include <string_view>

#include "core/base/digest.h"

namespace caas::api {
namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}label{display:block;margin-top:1rem}input{font:inherit;"
    "width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #767676;border-radius:4px}"
    "button{font:inherit;margin:1.5rem .5rem 0 0;padding:.6rem 1.2rem;border-radius:4px;"
    "border:1px solid #1a4fa3;background:#1a4fa3;color:#fff}button.no{background:#fff;"
    "color:#1a4fa3}.fault{border-left:4px solid #b00020;padding-left:.8rem}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}"
    "input{background:#222;color:#eee}button.no{background:#161616;color:#9db9ff}}";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

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

Response page(std::string_view body) {
    Response response;
    response.headers = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Content-Security-Policy",
         "default-src 'none'; style-src 'sha256-" + to_base64(sha256(style)) +
             "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"}};
    std::string html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>caas: sign in a machine</title><style>";
    html.append(style).append("</style></head><body><main>").append(body);
    response.body = html.append("</main></body></html>\n");
    return response;
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
    return page(body);
}

Response device_end(const std::string& heading, const std::string& text) {
    return page("<h1>" + escaped(heading) + "</h1><p>" + escaped(text) + "</p>");
}

}  // namespace caas::api
