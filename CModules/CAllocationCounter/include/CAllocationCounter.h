// Counts the heap allocations of a piece of code, for tests and benchmarks only.
//
// Linking this module puts malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign, valloc and pvalloc of its
// own in front of glibc's for the whole process. Each counts and then asks glibc, so nothing else changes; free stays
// glibc's. The counts are those of calls that ask for memory: a realloc counts, a free does not.
//
//     plaudit_allocations_begin();
//     work();
//     uint64_t count = plaudit_allocations_end();
//
// Under Address- and ThreadSanitizer, which bring their own allocator, nothing is overridden and every count is 0:
// ask plaudit_allocations_counted() before believing one.
#ifndef PLAUDIT_ALLOCATION_COUNTER_H
#define PLAUDIT_ALLOCATION_COUNTER_H

#include <malloc.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// 1 when allocations are counted in this build, 0 under a sanitizer with its own allocator.
int plaudit_allocations_counted(void);

/// Starts counting the calling thread's allocations from 0. Does not nest.
void plaudit_allocations_begin(void);
/// Stops counting, and says how many allocations the calling thread made since begin.
uint64_t plaudit_allocations_end(void);
/// Bytes asked for between the calling thread's last begin and end.
uint64_t plaudit_allocations_bytes(void);

/// The same over all threads of the process. One counting at a time; work of other threads is counted as well.
void plaudit_process_allocations_begin(void);
uint64_t plaudit_process_allocations_end(void);

/// The same over all threads whose names begin with `prefix` (at most 15 bytes): a server's workers, say, with whatever
/// else the process does left out. One counting at a time. With `PLAUDIT_ALLOCATION_TRAP` in the environment, the first
/// allocation traps as `plaudit_allocations_trap` has it.
void plaudit_named_allocations_begin(const char *prefix);
uint64_t plaudit_named_allocations_end(void);

/// With a nonzero argument, the calling thread's next allocation between begin and end traps at once, so that a debugger
/// or Swift's backtrace shows the line that allocates; with 0, allocations are only counted again.
void plaudit_allocations_trap(int enabled);

#ifdef __cplusplus
}
#endif
#endif
