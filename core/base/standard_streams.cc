#include "core/base/standard_streams.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace caas {

void hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF)
            continue;
        // The lowest free number is this one, since those below it are taken by now. Opened the
        // wrong way round, so that it does not look as if it worked.
        const int way = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (::open("/dev/null", way) < 0)
            return;
    }
}

}  // namespace caas
