/* Records what a program does to the files of one folder, so that a test can work out what a power
 * failure would have left of them: LD_PRELOAD this library, name the folder in CAAS_POWER_FOLDER and
 * the record in CAAS_POWER_LOG. tests/program/crash/power.py reads the record.
 *
 * One record a doing: a head of six numbers, then the path below the folder, a second path, and the
 * bytes. A sync is two records: what was written before it began is durable once it has ended. With
 * CAAS_POWER_LIES set syncs do nothing, as on a disk that lies: the tests must then find losses. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum doing { WRITE = 'W', TRUNCATE = 'T', SYNC_BEGIN = 'B', SYNC_END = 'E', CREATE = 'C',
             RENAME = 'R', UNLINK = 'U', LINK = 'L', FOLDER = 'D' };

struct head {
    uint32_t kind;
    uint32_t path;
    uint32_t other;
    uint32_t ticket;
    int64_t offset;
    int64_t size;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_length;
static int record = -1;
static int lies;
static uint32_t tickets;

static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char*, const char*);
static int (*real_link)(const char*, const char*);
static int (*real_unlink)(const char*);
static int (*real_mkdir)(const char*, mode_t);
static int (*real_open)(const char*, int, ...);
static int (*real_mkostemp)(char*, int);

__attribute__((constructor)) static void start(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_link = dlsym(RTLD_NEXT, "link");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    real_open = dlsym(RTLD_NEXT, "open");
    real_mkostemp = dlsym(RTLD_NEXT, "mkostemp");
    const char* where = getenv("CAAS_POWER_FOLDER");
    const char* log = getenv("CAAS_POWER_LOG");
    lies = getenv("CAAS_POWER_LIES") != NULL;
    if (where == NULL || log == NULL || realpath(where, folder) == NULL)
        return;
    folder_length = strlen(folder);
    record = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The path below the folder, or NULL when it is elsewhere. */
static const char* below(const char* path) {
    if (record < 0 || strncmp(path, folder, folder_length) != 0)
        return NULL;
    if (path[folder_length] == '\0')
        return path + folder_length;
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static const char* path_of(int fd, char* space) {
    char link[64];
    if (record < 0)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, space, PATH_MAX - 1);
    if (length <= 0)
        return NULL;
    space[length] = '\0';
    return below(space);
}

static void note(enum doing kind, const char* path, const char* other, uint32_t ticket,
                 int64_t offset, const void* bytes, int64_t size) {
    struct head head = {(uint32_t)kind, (uint32_t)strlen(path),
                        other == NULL ? 0 : (uint32_t)strlen(other), ticket, offset, size};
    struct iovec parts[4] = {{&head, sizeof head},
                             {(void*)(uintptr_t)path, head.path},
                             {(void*)(uintptr_t)(other == NULL ? "" : other), head.other},
                             {(void*)(uintptr_t)bytes, bytes == NULL ? 0 : (size_t)size}};
    const int kept = errno;
    const ssize_t written = writev(record, parts, 4);
    (void)written;
    errno = kept;
}

ssize_t write(int fd, const void* bytes, size_t size) {
    char space[PATH_MAX];
    const char* path = path_of(fd, space);
    if (path == NULL)
        return real_write(fd, bytes, size);
    pthread_mutex_lock(&mutex);
    const int appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
    const off_t at = lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
    const ssize_t done = real_write(fd, bytes, size);
    if (done > 0)
        note(WRITE, path, NULL, 0, at, bytes, done);
    pthread_mutex_unlock(&mutex);
    return done;
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
    char space[PATH_MAX];
    const char* path = path_of(fd, space);
    if (path == NULL)
        return real_pwrite(fd, bytes, size, at);
    pthread_mutex_lock(&mutex);
    const ssize_t done = real_pwrite(fd, bytes, size, at);
    if (done > 0)
        note(WRITE, path, NULL, 0, at, bytes, done);
    pthread_mutex_unlock(&mutex);
    return done;
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
    return pwrite(fd, bytes, size, at);
}

int ftruncate(int fd, off_t size) {
    char space[PATH_MAX];
    const char* path = path_of(fd, space);
    if (path == NULL)
        return real_ftruncate(fd, size);
    pthread_mutex_lock(&mutex);
    const int failed = real_ftruncate(fd, size);
    if (!failed)
        note(TRUNCATE, path, NULL, 0, 0, NULL, size);
    pthread_mutex_unlock(&mutex);
    return failed;
}

int ftruncate64(int fd, off64_t size) {
    return ftruncate(fd, size);
}

static int sync_with(int (*sync)(int), int fd) {
    char space[PATH_MAX];
    const char* path = path_of(fd, space);
    if (path == NULL)
        return sync(fd);
    if (lies)
        return 0;
    pthread_mutex_lock(&mutex);
    const uint32_t ticket = ++tickets;
    note(SYNC_BEGIN, path, NULL, ticket, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    const int failed = sync(fd);
    if (!failed) {
        pthread_mutex_lock(&mutex);
        note(SYNC_END, path, NULL, ticket, 0, NULL, 0);
        pthread_mutex_unlock(&mutex);
    }
    return failed;
}

int fsync(int fd) {
    return sync_with(real_fsync, fd);
}

int fdatasync(int fd) {
    return sync_with(real_fdatasync, fd);
}

int rename(const char* from, const char* to) {
    const char* source = below(from);
    const char* target = below(to);
    if (source == NULL || target == NULL)
        return real_rename(from, to);
    pthread_mutex_lock(&mutex);
    const int failed = real_rename(from, to);
    if (!failed)
        note(RENAME, source, target, 0, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return failed;
}

int link(const char* from, const char* to) {
    const char* source = below(from);
    const char* target = below(to);
    if (source == NULL || target == NULL)
        return real_link(from, to);
    pthread_mutex_lock(&mutex);
    const int failed = real_link(from, to);
    if (!failed)
        note(LINK, source, target, 0, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return failed;
}

int unlink(const char* name) {
    const char* path = below(name);
    if (path == NULL)
        return real_unlink(name);
    pthread_mutex_lock(&mutex);
    const int failed = real_unlink(name);
    if (!failed)
        note(UNLINK, path, NULL, 0, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return failed;
}

/* std::filesystem::remove calls this one. */
int remove(const char* name) {
    struct stat found;
    if (lstat(name, &found) == 0 && S_ISDIR(found.st_mode))
        return rmdir(name);
    return unlink(name);
}

int mkdir(const char* name, mode_t mode) {
    const char* path = below(name);
    if (path == NULL)
        return real_mkdir(name, mode);
    pthread_mutex_lock(&mutex);
    const int failed = real_mkdir(name, mode);
    if (!failed)
        note(FOLDER, path, NULL, 0, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return failed;
}

int open(const char* name, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
    }
    const char* path = below(name);
    if (path == NULL || (flags & (O_CREAT | O_TRUNC)) == 0)
        return real_open(name, flags, mode);
    pthread_mutex_lock(&mutex);
    const int was_there = access(name, F_OK) == 0;
    const int fd = real_open(name, flags, mode);
    if (fd >= 0 && !was_there)
        note(CREATE, path, NULL, 0, 0, NULL, 0);
    else if (fd >= 0 && (flags & O_TRUNC) != 0)
        note(TRUNCATE, path, NULL, 0, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return fd;
}

int open64(const char* name, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
    }
    return open(name, flags, mode);
}

int mkostemp(char* name, int flags) {
    pthread_mutex_lock(&mutex);
    const int fd = real_mkostemp(name, flags);
    const char* path = fd < 0 ? NULL : below(name);
    if (path != NULL)
        note(CREATE, path, NULL, 0, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return fd;
}

int mkostemp64(char* name, int flags) {
    return mkostemp(name, flags);
}
