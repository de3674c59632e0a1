#include "core/platform/equal.h"

#include <utility>

namespace caas::platform {

Sight sight_of_equal(const Publication& publication, There found) {
    if (publication.may_be_of_another(found.remote_id, found.url))
        return CannotTell{
            "An equal post is there, but another post of this account went out without anybody "
            "saying which one it became, and nothing tells whose this is: " +
                found.url,
            true};
    return found;
}

CannotTell sight_of_older(const std::string& url) {
    return {
        "An equal post is there, made before this one was begun, unless the clock of this machine "
        "was wrong then" +
            (url.empty() ? std::string() : ": " + url),
        true};
}

}  // namespace caas::platform
