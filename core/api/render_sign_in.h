// How a sign-in with a browser looks in JSON. Pure.
#pragma once

#include <string_view>

#include "core/base/json.h"
#include "core/flow/authorize.h"

namespace caas::api {

// Of the browser that began, so that it is known when it comes back.
inline constexpr std::string_view sign_in_cookie = "caas_sign_in";

// Without the link, which is shown once.
Json render(const flow::SignInStep& step);
Json render(const flow::BegunSignIn& begun);

}  // namespace caas::api
