#include "core/api/post_address.h"

#include "core/base/error.h"
#include "core/net/url.h"

namespace caas::api {

void require_post_address(const platform::Driver& driver, const std::string& url) {
    const bool is_own = !driver.post_scheme.empty() && url.starts_with(driver.post_scheme);
    if (is_own || net::parse_url(url))
        return;
    if (url.empty())
        throw Error(
            Code::invalid,
            "`url` is empty",
            "copy the address from the browser: https://…; when nobody knows it, leave `url` out",
            {{"/url", "url.invalid", "must be an http or https URL"}});
    throw Error(
        Code::invalid,
        "`url` is no address of a post at " + std::string(driver.title),
        "copy the address from the browser: https://…",
        {{"/url", "url.invalid", "must be an http or https URL"}});
}

}  // namespace caas::api
