#include "core/api/page.h"

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

}  // namespace

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

Response html_page(std::string_view title, std::string_view body) {
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
        "content=\"width=device-width\"><title>";
    html.append(title)
        .append("</title><style>")
        .append(style)
        .append("</style></head><body><main>")
        .append(body);
    response.body = html.append("</main></body></html>\n");
    return response;
}

}  // namespace caas::api
