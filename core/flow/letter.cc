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

}  // namespace

std::string public_base(const Tools& tools) {
    auto url = tools.settings.text("http.public_url");
    if (url.empty()) {
        const auto running = tools.daemon_address ? tools.daemon_address() : std::string();
        url = "http://" + (running.empty() ? tools.settings.text("http.listen") : running);
    }
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

std::string link_to(const Tools& tools, std::string_view page, const Secret& token) {
    return public_base(tools) + "/app/" + std::string(page) + "#token=" + token.reveal();
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
            "\n\nIf you did not sign up, do not confirm it: whoever did could go on under your "
            "address. To use it yourself, ask for a mail with \"forgotten password\" instead: the "
            "new password ends all they set up to get in.\n");
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
    const std::string& name,
    TokensOnPurpose tokens) {
    const std::string rest =
        tokens == TokensOnPurpose::go_on
            ? "API tokens that you made go on: `caas token list` shows them, `caas token revoke "
              "ID` ends one.\n\nIf it was not you, choose a new password at once: ask for a mail "
              "with \"forgotten password\", then look through your API tokens.\n"
            : "Your address had not been confirmed until now, so all API tokens, a second factor "
              "and invitations that were set up before have ended, too. Who joined your "
              "organizations stays: look through them with `caas member list`, and remove whom you "
              "do not know with `caas member remove WHO`.\n\nIf it was not you, choose a new "
              "password at once: ask for a mail with \"forgotten password\".\n";
    write(
        tools,
        transaction,
        email,
        "Your password was changed",
        "Hello " + name +
            ",\n\nyour password was changed. All other devices were signed out, and so were the "
            "machines that `caas login` signed in; a change of your address that was not confirmed "
            "yet is dropped. " +
            rest);
}

void write_second_factor_ended(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name) {
    write(
        tools,
        transaction,
        email,
        "Your second factor was ended",
        "Hello " + name +
            ",\n\nthe owner of the installation ended your second factor: you sign in with your "
            "password alone until you set up another one.\n\nIf you did not ask for it, tell them "
            "at once, and choose a new password.\n");
}

void write_link_made(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const std::string& maker) {
    write(
        tools,
        transaction,
        email,
        "A link to set your password was made",
        "Hello " + name + ",\n\n" + maker +
            ", an owner of the installation, made a link that sets a new password for you, once, "
            "within a day. Your password stays as it is until somebody opens it.\n\nIf you did not "
            "ask for it, tell them at once; a new password that you choose yourself ends the "
            "link.\n");
}

void write_sign_in_lost(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const SignInNote& note,
    const std::string& why,
    std::int64_t waiting_posts) {
    const auto queue = waiting_posts == 0
                           ? std::string("No post of it waits.")
                           : "Its posts that are not out yet (" + std::to_string(waiting_posts) +
                                 ") wait, none is lost, and they go on by themselves.";
    write(
        tools,
        transaction,
        email,
        note.platform + " asks for a new sign-in: " + note.account,
        "Hello " + name + ",\n\nthe " + note.platform + " account " + note.account + " (" +
            note.handle + ", workspace " + note.workspace +
            ") is signed out and publishes nothing until somebody signs in again.\n\n" + why +
            "\n\nTo connect it again:\n\n  " + note.command + "\n\n" + queue + "\n");
}

void write_sign_in_ending(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const SignInNote& note,
    const std::string& end,
    int days) {
    write(
        tools,
        transaction,
        email,
        "The sign-in of " + note.account + " to " + note.platform + " ends in " +
            std::to_string(days) + (days == 1 ? " day" : " days"),
        "Hello " + name + ",\n\n" + note.platform + " ends the sign-in of " + note.account + " (" +
            note.handle + ", workspace " + note.workspace + ") on " + end +
            ", and offers no way to renew it without you.\n\nTo stay connected, sign in again "
            "before that:\n\n  " +
            note.command + "\n");
}

void write_usage(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const UsageNote& note) {
    const bool is_over = note.percent >= 100;
    auto text = "Hello " + name + ",\n\n" + note.organization + " has used " + note.used +
                " of the " + note.granted + " plan tokens it has";
    if (!note.until.empty())
        text += " until " + note.until;
    text += " (plan " + note.plan + ").";
    text += is_over ? " Nothing more is generated until there are new ones; what is scheduled goes "
                      "out as planned."
                    : "";
    text += "\n\nTo see what took them:\n\n  caas usage --by member\n";
    if (!note.larger_plan.empty())
        text += "\nTo have more:\n\n  caas billing checkout " + note.larger_plan + "\n";
    write(
        tools,
        transaction,
        email,
        is_over ? "The plan tokens of " + note.organization + " are used up"
                : std::to_string(note.percent) + " % of the plan tokens of " + note.organization +
                      " are used",
        text);
}

void write_address_change(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const Secret& token) {
    write(
        tools,
        transaction,
        email,
        "Is this your new address?",
        "Hello " + name +
            ",\n\nto sign in with this address from now on, open this within a day:\n\n  " +
            link_to(tools, "verify-email", token) +
            "\n\nor run `caas user verify` and paste this when asked:\n\n  " + token.reveal() +
            "\n\nIf you did not ask for it, do nothing: nothing changes.\n");
}

void write_address_changed(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const std::string& now_email) {
    write(
        tools,
        transaction,
        email,
        "Your address was changed",
        "Hello " + name + ",\n\nfrom now on you sign in with " + now_email +
            " instead of this address.\n\nIf it was not you, tell the owner of the installation "
            "at once.\n");
}

void write_registered_already(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name) {
    write(
        tools,
        transaction,
        email,
        "You have been here before",
        "Hello " + name +
            ",\n\nsomebody, perhaps you, wanted to register with this address. You are registered "
            "already: sign in as always, or ask for a new password if you forgot yours. If you "
            "were "
            "invited, sign in and accept the invitation.\n\nIf it was not you, do nothing: nothing "
            "has changed.\n");
}

}  // namespace caas::flow
