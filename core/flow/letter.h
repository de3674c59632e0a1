// The mails caas writes to people, put in the queue in the transaction of what they tell of.
#pragma once

#include <string>
#include <string_view>

#include "core/access/identity.h"
#include "core/base/secret.h"
#include "core/flow/tools.h"

namespace caas::flow {

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
// That the password is another one now.
void write_password_changed(
    const Tools& tools,
    store::Transaction& transaction,
    const std::string& email,
    const std::string& name);

}  // namespace caas::flow
