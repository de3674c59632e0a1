// Refusals in OpenAI's form, which the Responses API and OpenAI itself share with chat completions.
#pragma once

#include <string_view>

#include "core/sandbox/provider_dialect.h"

namespace caas::sandbox {

Json openai_error(
    std::string_view message, std::string_view type, const Json& code, const Json& param);
ProviderReply refuse_as_openai(Fault fault, std::string_view detail);

}  // namespace caas::sandbox
