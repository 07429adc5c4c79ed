// System calls that the Swift overlay for the C library does not export.
//
// Each function returns what the system call returns and leaves errno as the call left it.
#ifndef AMBERLOG_CSYSTEM_H
#define AMBERLOG_CSYSTEM_H

#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/// 1 where `amber_syncfs` reports write-back errors (Linux 5.8 or newer), else 0.
int amber_syncfs_reports_errors(void);

/// syncfs(2). Fails with ENOSYS where the system has none.
int amber_syncfs(int fd);

/// pread(2) that fails with EAGAIN instead of waiting for the disk (preadv2 with RWF_NOWAIT).
/// Fails with EOPNOTSUPP where the system can't tell.
ssize_t amber_pread_nowait(int fd, void *buffer, size_t count, off_t offset);

/// Starts write-back of a range without waiting for it (sync_file_range). A hint: errors are ignored.
void amber_start_writeback(int fd, off_t offset, off_t count);

/// openat(2), without the variable argument list.
int amber_openat(int directory, const char *path, int flags, unsigned int mode);

/// openat(2) for reading that fails with EAGAIN instead of waiting for the disk (openat2 with RESOLVE_CACHED).
/// Fails with EAGAIN too where the system can't tell.
int amber_openat_cached(int directory, const char *path);

/// fdatasync(2); on Darwin fcntl(F_FULLFSYNC), because fsync there stops at the drive's cache.
int amber_datasync(int fd);

/// fsync(2) of a directory; on Darwin fcntl(F_FULLFSYNC).
int amber_dirsync(int fd);

/// Names the calling thread, for debuggers and `top -H`.
void amber_name_thread(const char *name);

/// Lets other threads run first from now on, where the system can do that for one thread.
void amber_yield_to_others(void);

/// Gives blocks of so many bytes or more back to the system when they are freed (mallopt, M_MMAP_THRESHOLD). By itself
/// glibc's malloc raises that bound to the largest block that was ever freed, and what is smaller leaves holes in the heap.
/// Elsewhere it does nothing.
void amber_give_back_blocks(int bytes);

/// strerror_r(3), whichever of its two forms the system has. Always ends the text with a NUL.
void amber_error_text(int number, char *buffer, size_t count);

#endif
