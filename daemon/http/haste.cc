#include "daemon/http/haste.h"

#include <sched.h>

namespace caas::http {

void Haste::give_way() noexcept {
    ::sched_yield();
}

}  // namespace caas::http
