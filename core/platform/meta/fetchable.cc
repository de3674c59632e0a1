#include "core/platform/meta/fetchable.h"

#include "core/net/url.h"
#include "core/platform/answer.h"

namespace caas::platform::meta {
namespace {

bool is_pushable(const Medium& medium) {
    return medium.is_video() && medium.url.empty() && medium.read;
}

}  // namespace

std::optional<Refused> find_unfetchable(
    const Driver& driver, const Publication& publication, bool takes_videos) {
    const std::string title(driver.title);
    for (const auto& part : publication.parts) {
        for (const auto& medium : part.media) {
            if (takes_videos && is_pushable(medium))
                continue;
            if (medium.url.empty())
                return Refused{
                    code_of(driver, "no_public_url"),
                    title +
                        " fetches media by itself and this daemon has no public address: set "
                        "http.public_url to the https address under which it can be reached"};
            if (!net::parse_url(medium.url))
                return Refused{
                    code_of(driver, "bad_public_url"),
                    title +
                        " cannot fetch media from an address that is not an absolute http or https "
                        "URL in ASCII: check http.public_url"};
        }
    }
    return std::nullopt;
}

}  // namespace caas::platform::meta
