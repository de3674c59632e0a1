// The applications that people allow to act for them, as the configuration has them.
#pragma once

#include <string>
#include <string_view>

#include "core/config/settings.h"
#include "core/flow/tools.h"
#include "core/platform/account.h"
#include "core/platform/driver.h"

namespace caas::flow {

// Settings platforms.ID.…; what a platform has no setting for is empty.
platform::Application application_of(const config::Settings& settings, std::string_view platform);

// Throws Error(invalid) that says where to register one and where to write it down.
void require_application(const platform::Driver& driver, const platform::Application& application);

// Puts what the configuration says of its platform (application_of) into an opened account.
void complete(platform::Access& access, platform::Application application);

// platform::open_account, completed.
platform::Access open_account(const Tools& tools, store::Reader& reader, const AccountId& account);

// Puts in the application that caas registered at the account's instance, which revoking needs.
void find_own_application(const Tools& tools, store::Reader& reader, platform::Access& access);

// Where browsers come back to by way of the daemon; empty when it has no public address.
std::string callback_url(const config::Settings& settings, std::string_view platform);

}  // namespace caas::flow
