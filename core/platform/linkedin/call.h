// Calls in LinkedIn's dialect: who asks, which version of the API, and in which form. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::platform::linkedin {

// "urn:li:person:782bbtaQ" or "urn:li:organization:5515715".
std::string author_of(const Access& access);
// What an organization posted can be read back; a member's posts cannot (r_member_social is
// closed).
bool is_organization(const Access& access);

// "202601": the account's `version`, or that of the settings, or the one this program was written
// for. A version lives about a year.
std::string version_of(const Access& access);

// To a path under the account's base URL, with the version's headers.
net::Request call(std::string_view method, std::string_view path, const Access& access);
// The same with a JSON body.
net::Request post(std::string_view path, const Access& access, std::string body);

// A URN as it stands in a path.
std::string encoded(std::string_view urn);

// Where people see a post.
std::string permalink(std::string_view urn);

// The id of what was made, which LinkedIn gives in a header; empty when it does not.
std::string made_id(const net::Response& response);

}  // namespace caas::platform::linkedin
