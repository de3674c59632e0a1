// The pages a browser sees when it comes back from a platform. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "core/api/response.h"
#include "core/base/error.h"
#include "core/flow/authorize.h"

namespace caas::api {

Response connected_page(const flow::SignInStep& step);
// For whom the account is and which one: nothing counts until it is confirmed here.
Response confirm_page(std::string_view platform, const flow::Landed& landed);
Response refused_page();
// With 200 whatever went wrong: it is a page for a person, and says it.
Response failed_page(const Error& error);

}  // namespace caas::api
