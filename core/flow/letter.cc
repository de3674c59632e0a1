#include "core/flow/letter.h"

#include "core/notice/mail_queue.h"

namespace caas::flow {
namespace {

void write(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& subject,
    const std::string& text) {
    notice::enqueue(
        transaction, tools.ids, tools.vault(), tools.clock.now(), {email, subject, text});
}

std::string base_of(const Tools& tools) {
    auto url = tools.settings.text("http.public_url");
    if (url.empty())
        url = "http://" + tools.settings.text("http.listen");
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

}  // namespace

std::string link_to(const Tools& tools, std::string_view page, const Secret& token) {
    return base_of(tools) + "/app/" + std::string(page) + "#token=" + token.reveal();
}

void write_verification(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const Secret& token) {
    write(
        tools,
        transaction,
        email,
        "Is this your address?",
        "Hello " + name +
            ",\n\nto confirm that this is your address, open this within three days:\n\n  " +
            link_to(tools, "verify-email", token) +
            "\n\nor run `caas user verify` and paste this when asked:\n\n  " + token.reveal() +
            "\n\nIf you did not sign up, do nothing: nobody can act in your name.\n");
}

void write_reset(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const Secret& token) {
    write(
        tools,
        transaction,
        email,
        "A new password",
        "Hello " + name + ",\n\nto choose a new password, open this within an hour:\n\n  " +
            link_to(tools, "reset-password", token) +
            "\n\nor run `caas user password --reset` and paste this when asked:\n\n  " +
            token.reveal() +
            "\n\nIf you did not ask for it, do nothing: your password stays as it is.\n");
}

void write_invitation(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& organization,
    const std::string& inviter,
    std::string_view role,
    const Secret& token) {
    write(
        tools,
        transaction,
        email,
        "An invitation to " + organization,
        "Hello,\n\n" + inviter + " invites you to the organization " + organization + " as " +
            std::string(role) + ".\n\nTo join, open this within seven days:\n\n  " +
            link_to(tools, "join", token) +
            "\n\nor, signed in, run `caas member accept -` and paste this:\n\n  " + token.reveal() +
            "\n\nIf you do not know them, do nothing.\n");
}

void write_password_changed(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name) {
    write(
        tools,
        transaction,
        email,
        "Your password was changed",
        "Hello " + name +
            ",\n\nyour password was changed, and all other devices were signed out.\n\nIf it was "
            "not you, choose a new one at once: ask for a mail with \"forgotten password\".\n");
}

}  // namespace caas::flow
