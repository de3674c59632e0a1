#include "daemon/http/headway.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace caas::http {

std::uint64_t untaken(int socket) {
    int bytes = 0;
    return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

}  // namespace caas::http
