#include "core/api/post_address.h"

#include "core/base/error.h"
#include "core/net/url.h"

namespace caas::api {

void require_post_address(const platform::Driver& driver, const std::string& url) {
    const bool is_record = driver.id == "bluesky" && url.starts_with("at://");
    const bool is_file = driver.id == "outbox" && url.starts_with("file://");
    if (url.empty() || is_record || is_file || net::parse_url(url))
        return;
    throw Error(
        Code::invalid,
        "`url` is no address of a post at " + std::string(driver.title),
        "copy the address from the browser: https://…",
        {{"/url", "url.invalid", "must be an http or https URL"}});
}

}  // namespace caas::api
