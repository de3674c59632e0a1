// Hands the events of a stream to a command as JSON. For one thread.
#pragma once

#include <functional>
#include <string_view>

#include "core/base/json.h"
#include "core/net/sse.h"

namespace caas::cli {

net::SseParser event_sink(std::function<void(std::string_view name, const Json& data)> on_event);

}  // namespace caas::cli
