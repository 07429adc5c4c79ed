// Tells the thread sanitizer what it can't see: that the standard library's `Mutex` orders what its holders do.
//
// The fast path of a `Mutex` is compiled into the caller, where the sanitizer sees its atomics. The slow path, taken
// when there is a holder already, is in the standard library, which isn't instrumented, and hands the lock over in the
// kernel. Without this file every contended `Mutex` looks like a race. It is loaded ahead of the standard library, and
// wraps the two functions of the slow path.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// Weak, because the processes that the tests start load this file, too, and not all of them are instrumented.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef SWIFT void (*lock_slow)(uint32_t thread, SELF);
typedef SWIFT void (*unlock_slow)(SELF);

SWIFT void amber_lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT void amber_unlock_slow(SELF) __asm__(UNLOCK_SLOW);

SWIFT void amber_lock_slow(uint32_t thread, SELF) {
  ((lock_slow)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void amber_unlock_slow(SELF) {
  if (__tsan_release) __tsan_release(self);
  ((unlock_slow)dlsym(RTLD_NEXT, UNLOCK_SLOW))(self);
}
