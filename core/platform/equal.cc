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

}  // namespace caas::platform
