#include "daemon/process.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caas::daemon {
namespace {

// The parts of one program or library that nobody writes to: what is in memory is what is in the
// file, but for a debugger's breakpoints, which go. A part that the loader filled in and then
// closed counts as written to.
int give_back(dl_phdr_info* info, std::size_t, void* page_size) {
    const auto page = *static_cast<const std::uintptr_t*>(page_size);
    for (const auto& part : std::span(info->dlpi_phdr, info->dlpi_phnum)) {
        if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0)
            continue;
        const auto begin = (info->dlpi_addr + part.p_vaddr) & ~(page - 1);
        const auto end = info->dlpi_addr + part.p_vaddr + part.p_filesz;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader gives addresses as numbers
        ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

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

void give_start_back() noexcept {
    auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    ::dl_iterate_phdr(give_back, &page);
    ::malloc_trim(0);
}

}  // namespace caas::daemon
