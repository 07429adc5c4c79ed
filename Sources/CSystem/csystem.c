#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#if defined(__linux__)
#include <sys/resource.h>
#include <sys/syscall.h>
#endif
#include <sys/utsname.h>
#include <unistd.h>

int amber_syncfs_reports_errors(void) {
#if defined(__linux__)
    struct utsname name;
    int major = 0, minor = 0;
    if (uname(&name) != 0 || sscanf(name.release, "%d.%d", &major, &minor) != 2) return 0;
    return major > 5 || (major == 5 && minor >= 8);
#else
    return 0;
#endif
}

int amber_syncfs(int fd) {
#if defined(__linux__)
    return syncfs(fd);
#else
    (void)fd;
    errno = ENOSYS;
    return -1;
#endif
}

ssize_t amber_pread_nowait(int fd, void *buffer, size_t count, off_t offset) {
#if defined(__linux__) && defined(RWF_NOWAIT)
    struct iovec vector = {buffer, count};
    return preadv2(fd, &vector, 1, offset, RWF_NOWAIT);
#else
    (void)fd; (void)buffer; (void)count; (void)offset;
    errno = EOPNOTSUPP;
    return -1;
#endif
}

void amber_start_writeback(int fd, off_t offset, off_t count) {
#if defined(__linux__)
    int saved = errno;
    (void)sync_file_range(fd, offset, count, SYNC_FILE_RANGE_WRITE);
    errno = saved;
#else
    (void)fd; (void)offset; (void)count;
#endif
}

int amber_openat(int directory, const char *path, int flags, unsigned int mode) {
    return openat(directory, path, flags, (mode_t)mode);
}

int amber_openat_cached(int directory, const char *path) {
#if defined(__linux__) && defined(SYS_openat2)
    // struct open_how and RESOLVE_CACHED (Linux 5.12) stand in linux/openat2.h, which older systems lack.
    struct { uint64_t flags, mode, resolve; } how = {O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0, 0x20};
    long file = syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (file >= 0) return (int)file;
    if (errno == ENOSYS || errno == EINVAL || errno == EPERM) errno = EAGAIN;
    return -1;
#else
    (void)directory; (void)path;
    errno = EAGAIN;
    return -1;
#endif
}

int amber_datasync(int fd) {
#if defined(__APPLE__)
    return fcntl(fd, F_FULLFSYNC);
#else
    return fdatasync(fd);
#endif
}

int amber_dirsync(int fd) {
#if defined(__APPLE__)
    return fcntl(fd, F_FULLFSYNC);
#else
    return fsync(fd);
#endif
}

void amber_name_thread(const char *name) {
#if defined(__APPLE__)
    pthread_setname_np(name);
#else
    pthread_setname_np(pthread_self(), name);
#endif
}

void amber_yield_to_others(void) {
#if defined(__APPLE__)
    pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#elif defined(__linux__)
    // Of this thread alone: on Linux each has a nice value of its own.
    int saved = errno;
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10);
    errno = saved;
#endif
}

void amber_error_text(int number, char *buffer, size_t count) {
    buffer[0] = 0;
#if defined(__GLIBC__)
    // The GNU form may return a string of its own instead of filling the buffer.
    const char *text = strerror_r(number, buffer, count);
    if (text != buffer) snprintf(buffer, count, "%s", text);
#else
    (void)strerror_r(number, buffer, count);
#endif
}

void amber_give_back_blocks(int bytes) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, bytes);
#else
    (void)bytes;
#endif
}
