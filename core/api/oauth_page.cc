#include "core/api/oauth_page.h"

#include "core/api/page.h"
#include "core/text/html.h"

namespace caas::api {
namespace {

constexpr std::string_view title = "connect an account";

Response told(const std::string& heading, const std::string& text) {
    return last_page(title, heading, text);
}

std::string label_of(const platform::Choice& choice) {
    if (choice.title.empty() || choice.title == choice.handle)
        return choice.handle;
    return choice.title + " (" + choice.handle + ")";
}

}  // namespace

Response connected_page(const flow::SignInStep& step) {
    const auto name = step.account ? step.account->name : std::string("The account");
    const auto handle = step.account ? step.account->handle : std::string();
    return told(
        "Connected",
        name + (handle.empty() || handle == name ? "" : " (" + handle + ")") +
            " is connected. You can close this page.");
}

Response confirm_page(std::string_view platform, const flow::Landed& landed) {
    const auto& pending = landed.step.pending;
    const auto& driver = platform::get(pending.platform);
    std::string body = "<h1>Connect this account?</h1><p><strong>" +
                       text::html_escaped(landed.person) +
                       "</strong> asked to connect an account of " +
                       text::html_escaped(std::string(driver.title)) +
                       " to the workspace <strong>" + text::html_escaped(landed.workspace) +
                       "</strong>. Its members can then publish as that account.</p>"
                       "<p>Go on only if you began this yourself just now, or know who did.</p>"
                       "<form method=\"post\" action=\"/api/v1/oauth/" +
                       text::html_escaped(platform) +
                       "/callback\"><input type=\"hidden\" name=\"confirmation\" value=\"" +
                       text::html_escaped(landed.confirmation.reveal()) + "\">";
    for (const auto& choice : pending.choices)
        body += "<p><button name=\"identity\" value=\"" + text::html_escaped(choice.remote_id) +
                "\">Connect " + text::html_escaped(label_of(choice)) + "</button></p>";
    body += "<p><button class=\"no\" name=\"identity\" value=\"\">Refuse</button></p></form>";
    return page(title, body);
}

Response refused_page() {
    return told("Refused", "Nothing was connected. You can close this page.");
}

Response failed_page(const Error& error) {
    auto page = told(
        "Nothing was connected",
        std::string(error.what()) + (error.hint().empty() ? "." : ". " + error.hint()));
    page.status = facts(Code::conflict).http_status;
    return page;
}

}  // namespace caas::api
