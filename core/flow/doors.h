// Leads the engine and the flows to the real stations: accounts, versions, drivers.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/flow/deliver_doors.h"
#include "core/flow/tools.h"
#include "core/platform/driver.h"

namespace caas::flow {

// `tools` must outlive what is returned. `mailed`: called when mail was put in the queue, in the
// midst of the transaction that does so.
Doors make_doors(const Tools& tools, std::function<void()> mailed = {});

platform::Tools driver_tools(const Tools& tools);

// Where accounts of a platform are reached when they name no address of their own; may be empty.
std::string default_base_url(const config::Settings& settings, std::string_view platform);

}  // namespace caas::flow
