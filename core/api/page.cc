#include "core/api/page.h"

#include <algorithm>

#include <strings.h>

#include "core/base/digest.h"
#include "core/net/url.h"
#include "core/text/html.h"

namespace caas::api {
namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}label{display:block;margin-top:1rem}input,select{font:inherit;"
    "width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #767676;border-radius:4px}"
    "button{font:inherit;margin:1.5rem .5rem 0 0;padding:.6rem 1.2rem;border-radius:4px;"
    "border:1px solid #1a4fa3;background:#1a4fa3;color:#fff}button.no{background:#fff;"
    "color:#1a4fa3}.fault{border-left:4px solid #b00020;padding-left:.8rem}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}"
    "input,select{background:#222;color:#eee}button.no{background:#161616;color:#9db9ff}}";

// A browser sends nothing of what stands behind "#", so only a script can read it.
constexpr std::string_view take_token =
    "const t=new URLSearchParams(location.hash.slice(1)).get('token');if(t){document"
    ".getElementById('token').value=t;history.replaceState(null,'',location.pathname)}";

std::string hash_of(std::string_view text) {
    return "'sha256-" + to_base64(sha256(text)) + "'";
}

}  // namespace

std::string render(const Field& field) {
    std::string out = "<label for=\"";
    out.append(field.name).append("\">").append(field.label).append("</label><input id=\"");
    out.append(field.name).append("\" name=\"").append(field.name).append("\" type=\"");
    out.append(field.type).append("\" autocomplete=\"").append(field.complete);
    out.append("\" value=\"").append(text::html_escaped(field.value));
    return out.append(field.is_required ? "\" required>" : "\">");
}

std::string hidden(std::string_view name, std::string_view value) {
    std::string out = "<input type=\"hidden\" name=\"";
    return out.append(name).append("\" value=\"").append(text::html_escaped(value)).append("\">");
}

std::string render_fault(std::string_view fault) {
    if (fault.empty())
        return {};
    return "<p class=\"fault\" role=\"alert\">" + text::html_escaped(fault) + "</p>";
}

Response page(std::string_view title, std::string_view body, bool takes_token) {
    Response response;
    response.headers = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Content-Security-Policy",
         "default-src 'none'; style-src " + hash_of(style) +
             (takes_token ? "; script-src " + hash_of(take_token) : "") +
             "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
        // A page that sends no referrer at all has its own forms sent with `Origin: null`, which
        // is refused as foreign (Fetch, "append a request Origin header").
        {"Referrer-Policy", "same-origin"},
        {"Cache-Control", "no-store"}};
    std::string html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>caas: ";
    html.append(text::html_escaped(title)).append("</title><style>").append(style);
    html.append("</style></head><body><main>").append(body).append("</main>");
    if (takes_token)
        html.append("<script>").append(take_token).append("</script>");
    response.body = html.append("</body></html>\n");
    return response;
}

Response last_page(std::string_view title, std::string_view heading, std::string_view text) {
    return page(
        title,
        "<h1>" + text::html_escaped(heading) + "</h1><p>" + text::html_escaped(text) + "</p>");
}

Form form_of(const Call& call) {
    const auto type = call.request.header("Content-Type").value_or("");
    if (type.size() < type_of_forms.size() ||
        strncasecmp(type.data(), type_of_forms.data(), type_of_forms.size()) != 0)
        throw Error(Code::unsupported_media_type, "This takes only its own form");
    std::string text;
    std::string piece(most_form_bytes, '\0');
    while (call.request.body) {
        const auto count = call.request.body->read(piece);
        if (count == 0)
            break;
        text.append(piece, 0, count);
        if (text.size() > most_form_bytes)
            throw Error(Code::too_large, "The form is too large");
    }
    Form fields;
    for (auto& [name, value] : net::form_decode(text))
        fields.insert_or_assign(std::move(name), std::move(value));
    return fields;
}

std::string fault_of(const Error& error) {
    return std::string(error.what()) + (error.hint().empty() ? "." : ": ") + error.hint();
}

bool lacks_second_factor(const Error& error) {
    return std::any_of(error.details().begin(), error.details().end(), [](const Detail& detail) {
        return detail.rule == "second_factor.required";
    });
}

}  // namespace caas::api
