// The mails caas writes to people, put in the queue in the transaction of what they tell of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/access/identity.h"
#include "core/base/secret.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Where the daemon is reached from outside, without a "/" at its end.
std::string public_base(const Tools& tools);
// Where a browser goes with a token of a mail. It stands behind the "#": browsers do not send that,
// so no log has it.
std::string link_to(const Tools& tools, std::string_view page, const Secret& token);

void write_verification(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const Secret& token);
void write_reset(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const Secret& token);
void write_invitation(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& organization,
    const std::string& inviter,
    std::string_view role,
    const Secret& token);
// What becomes of the API tokens that somebody made, with another password.
enum class TokensOnPurpose : std::uint8_t { go_on, end };

// That the password is another one now. When their tokens end, so do the second factor and the
// invitations they sent: the address was confirmed for the first time.
void write_password_changed(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    TokensOnPurpose tokens);

// That the owner of the installation ended the second factor.
void write_second_factor_ended(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name);

// That `maker`, an owner of the installation, made a link with which the password can be set.
void write_link_made(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const std::string& maker);

// An account, for the two letters about its sign-in.
struct SignInNote {
    std::string platform;  // "X"
    std::string account;   // as people call it
    std::string handle;
    std::string workspace;
    std::string command;  // that connects it again
};

// The platform no longer accepts the sign-in; so many posts wait.
void write_sign_in_lost(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const SignInNote& note,
    const std::string& why,
    std::int64_t waiting_posts);
// `end`: the day, "2026-12-24".
void write_sign_in_ending(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const SignInNote& note,
    const std::string& end,
    int days);

// What plan tokens are left, for the letter that they run out.
struct UsageNote {
    std::string organization;
    int percent = 0;  // 100: none is left
    std::string plan;
    std::string used;  // numbers as people read them
    std::string granted;
    std::string until;        // the day on which those end, "2026-12-24"; empty: never
    std::string larger_plan;  // the id of one that can be bought; empty: there is none
};

void write_usage(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const UsageNote& note);
// To the new address, which becomes theirs by the token.
void write_address_change(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const Secret& token);
// To the former address, that another one took its place.
void write_address_changed(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name,
    const std::string& now_email);
// To whoever is here already, that somebody wanted to register with their address.
void write_registered_already(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name);

}  // namespace caas::flow
