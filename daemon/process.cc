#include "daemon/process.h"

#include <algorithm>

#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace caas::daemon {

void settle_process() {
    // glibc gives each thread an arena of its own, which keeps what the thread once needed: with
    // forty threads that is most of the memory of an idle daemon.
    // NOLINTBEGIN(concurrency-mt-unsafe): there is no other thread yet
    ::mallopt(M_ARENA_MAX, 2);
    // Gives the top of the heap back from 256 KB on, and keeps big blocks out of the arenas.
    ::mallopt(M_TRIM_THRESHOLD, 256 << 10);
    ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
    // NOLINTEND(concurrency-mt-unsafe)

    // Nothing here recurses deeply (JSON is bounded at 64 levels); SQLite and the resolver are
    // content with half of this.
    pthread_attr_t attributes;
    if (::pthread_attr_init(&attributes) == 0) {
        ::pthread_attr_setstacksize(&attributes, 1U << 20U);
        ::pthread_setattr_default_np(&attributes);
        ::pthread_attr_destroy(&attributes);
    }

    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = std::max(files.rlim_cur, std::min<rlim_t>(files.rlim_max, 4096));
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
    ::umask(077);
}

}  // namespace caas::daemon
