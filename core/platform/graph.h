// What Facebook, Instagram and Threads have in common when somebody signs in: errors with codes
// (developers.facebook.com, graph-api/guides/error-handling), short tokens that are traded for long
// ones, and tokens that renew themselves. Pure but for the calls; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/net/url.h"
#include "core/platform/driver.h"
#include "core/platform/token.h"

namespace caas::platform {

// {"error":{"code":190,"error_subcode":463,…}}, with whatever HTTP status.
struct GraphFault {
    int code = 0;
    int subcode = 0;
    std::string message;

    // The token is worth nothing any more: 102, 190.
    bool is_sign_in() const;
    // 4, 17, 32, 341, 613 and the business limits of 80000 and more.
    bool is_limit() const;
    // The server's own trouble: 1, 2.
    bool is_passing() const;
};

// nullopt when the answer holds no such error.
std::optional<GraphFault> graph_fault(const net::Response& response);

// The JSON of a success. Throws Error as Driver::check does. Tokens travel in the query where Meta
// wants them there, so no address of such a call may ever be shown.
Json demand_graph(const Driver& driver, const net::Request& request, const Tools& tools);

// A code for a token, by a form or, for Facebook, by a query. Throws Error: platform_sign_in when
// the code is worth nothing.
Json trade_graph_code(const Driver& driver, const net::Request& request, const Tools& tools);

// `url` with the query: a long token for a short one, or for a long one that is a day old at least.
Credentials long_token(
    const Driver& driver, const std::string& url, const net::Pairs& query, const Tools& tools);

// The page of a platform that wants its scopes separated by commas.
std::string authorize_with_commas(const SignInAsk& ask, const std::string& page);

}  // namespace caas::platform
