#define _GNU_SOURCE
#include "CAllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define PLAUDIT_HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PLAUDIT_HAS_SANITIZER 1
#endif

// Initial-exec: reading the variables must not itself allocate a thread's TLS block from inside malloc.
#define THREAD_STATE static __thread __attribute__((tls_model("initial-exec")))

THREAD_STATE uint64_t thread_count;
THREAD_STATE uint64_t thread_byte_count;
THREAD_STATE uint8_t thread_is_counting;
THREAD_STATE uint8_t thread_traps;

static atomic_bool process_is_counting;
static atomic_uint_fast64_t process_count;

void plaudit_allocations_begin(void) {
    thread_count = 0;
    thread_byte_count = 0;
    thread_is_counting = 1;
}

uint64_t plaudit_allocations_end(void) {
    thread_is_counting = 0;
    return thread_count;
}

uint64_t plaudit_allocations_bytes(void) { return thread_byte_count; }

void plaudit_process_allocations_begin(void) {
    atomic_store(&process_count, 0);
    atomic_store(&process_is_counting, true);
}

uint64_t plaudit_process_allocations_end(void) {
    atomic_store(&process_is_counting, false);
    return atomic_load(&process_count);
}

// A thread asks for its name once a counting: the number of the counting says whether it has.
static atomic_int named_counting;
static atomic_bool named_is_counting;
static atomic_uint_fast64_t named_count;
static char named_prefix[16];
static bool named_traps;
THREAD_STATE int thread_counting;
THREAD_STATE bool thread_is_named;

void plaudit_named_allocations_begin(const char *prefix) {
    strncpy(named_prefix, prefix, sizeof named_prefix - 1);
    named_traps = getenv("PLAUDIT_ALLOCATION_TRAP") != NULL;
    atomic_store(&named_count, 0);
    atomic_fetch_add(&named_counting, 1);
    atomic_store(&named_is_counting, true);
}

uint64_t plaudit_named_allocations_end(void) {
    atomic_store(&named_is_counting, false);
    return atomic_load(&named_count);
}

void plaudit_allocations_trap(int enabled) { thread_traps = enabled != 0; }

#ifdef PLAUDIT_HAS_SANITIZER

int plaudit_allocations_counted(void) { return 0; }

#else

int plaudit_allocations_counted(void) { return 1; }

static void note_named(void) {
    int counting = atomic_load(&named_counting);
    if (thread_counting != counting) {
        char name[16] = {0};
        prctl(PR_GET_NAME, name);
        thread_is_named = strncmp(name, named_prefix, strlen(named_prefix)) == 0;
        thread_counting = counting;
    }
    if (!thread_is_named) return;
    if (named_traps) __builtin_trap();
    atomic_fetch_add_explicit(&named_count, 1, memory_order_relaxed);
}

static inline void note(size_t byteCount) {
    if (__builtin_expect(atomic_load_explicit(&named_is_counting, memory_order_acquire), 0)) note_named();
    if (__builtin_expect(thread_is_counting, 0)) {
        if (thread_traps) __builtin_trap();
        thread_count += 1;
        thread_byte_count += byteCount;
    }
    if (__builtin_expect(atomic_load_explicit(&process_is_counting, memory_order_relaxed), 0))
        atomic_fetch_add_explicit(&process_count, 1, memory_order_relaxed);
}

// glibc's own names for its allocator, exported for exactly this use.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void *__libc_valloc(size_t);
extern void *__libc_pvalloc(size_t);

#define EXPORTED __attribute__((visibility("default"), used))

EXPORTED void *malloc(size_t byteCount) {
    note(byteCount);
    return __libc_malloc(byteCount);
}

EXPORTED void *calloc(size_t count, size_t byteCount) {
    note(count * byteCount);
    return __libc_calloc(count, byteCount);
}

EXPORTED void *realloc(void *block, size_t byteCount) {
    note(byteCount);
    return __libc_realloc(block, byteCount);
}

EXPORTED void *memalign(size_t alignment, size_t byteCount) {
    note(byteCount);
    return __libc_memalign(alignment, byteCount);
}

EXPORTED void *aligned_alloc(size_t alignment, size_t byteCount) {
    note(byteCount);
    return __libc_memalign(alignment, byteCount);
}

EXPORTED int posix_memalign(void **target, size_t alignment, size_t byteCount) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    note(byteCount);
    int previous = errno;
    void *block = __libc_memalign(alignment, byteCount);
    errno = previous;
    if (!block) return ENOMEM;
    *target = block;
    return 0;
}

EXPORTED void *valloc(size_t byteCount) {
    note(byteCount);
    return __libc_valloc(byteCount);
}

EXPORTED void *pvalloc(size_t byteCount) {
    note(byteCount);
    return __libc_pvalloc(byteCount);
}

#endif
