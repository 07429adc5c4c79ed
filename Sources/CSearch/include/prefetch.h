#ifndef AMBERLOG_PREFETCH_H
#define AMBERLOG_PREFETCH_H

/// Begins to fetch what is at an address. Any address will do.
static inline void amber_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
