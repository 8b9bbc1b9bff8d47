// The system and libm calls that the data plane makes, each declared as trusted not to allocate.
//
// Swift refuses every C call inside a function marked @_noAllocation unless its declaration carries PLAUDIT_TRUSTED.
// The lines below are therefore the whole list of calls the data plane makes outside its own code and the text
// libraries, each with the reason why it cannot allocate. AllocationTests proves the list by counting at run time.
#ifndef PLAUDIT_CLINUX_H
#define PLAUDIT_CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))

// ---- bytes: pure functions over the two ranges they are given ----

PLAUDIT_TRUSTED static inline void plaudit_copy(void *_Nonnull target, const void *_Nonnull source, size_t byteCount) {
    memcpy(target, source, byteCount);
}
PLAUDIT_TRUSTED static inline void plaudit_fill_zero(void *_Nonnull target, size_t byteCount) {
    memset(target, 0, byteCount);
}
PLAUDIT_TRUSTED static inline void plaudit_move(void *_Nonnull target, const void *_Nonnull source, size_t byteCount) {
    memmove(target, source, byteCount);
}
PLAUDIT_TRUSTED static inline int plaudit_compare(const void *_Nonnull left, const void *_Nonnull right, size_t byteCount) {
    return memcmp(left, right, byteCount);
}
// Searches of their own and glibc's, whose two-way search keeps its tables on the stack. Offsets, or -1.
// (In CLinux.c, because of the extensions of glibc.)
PLAUDIT_TRUSTED ptrdiff_t plaudit_find(const void *_Nonnull text, size_t textCount, const void *_Nonnull needle, size_t needleCount);
PLAUDIT_TRUSTED ptrdiff_t plaudit_find_last_byte(const void *_Nonnull text, size_t textCount, uint8_t byte);
// Offset of the last byte that is one of three, or -1.
PLAUDIT_TRUSTED ptrdiff_t plaudit_find_last_of(
    const void *_Nonnull text, size_t textCount, uint8_t first, uint8_t second, uint8_t third);
// Offset of the last byte that ends `####`, `\boxed{` or an answer's colon as far as the byte before it tells, or -1.
PLAUDIT_TRUSTED ptrdiff_t plaudit_find_last_answer_mark(const void *_Nonnull text, size_t textCount);
// Offset of the first byte that is a quotation mark, a backslash or a control character, or `textCount`.
PLAUDIT_TRUSTED size_t plaudit_find_string_stop(const void *_Nonnull text, size_t textCount);
// Writes text as it stands within a string of JSON, with no escape that is not needed; how many bytes that are. `target` has room for
// six times the text and 32 bytes more.
PLAUDIT_TRUSTED size_t plaudit_write_string(void *_Nonnull target, const void *_Nonnull text, size_t textCount);
// Offset of the first byte that is `<` or `[`, or at which four bytes stand that may be `code`'s (the first the lowest; letters and
// digits of ASCII) in any case, or `textCount`.
PLAUDIT_TRUSTED size_t plaudit_find_border(const void *_Nonnull text, size_t textCount, uint32_t code);
// Offset of the first byte that is a control character, beyond ASCII, or a space which is the first byte or stands behind another
// space, or `textCount`.
PLAUDIT_TRUSTED size_t plaudit_find_gap(const void *_Nonnull text, size_t textCount);
// Puts letters of ASCII into lower case.
PLAUDIT_TRUSTED void plaudit_lower_ascii(void *_Nonnull bytes, size_t byteCount);
// Offset of the last byte that is an ASCII digit or beyond ASCII, or -1.
PLAUDIT_TRUSTED ptrdiff_t plaudit_find_last_digit_or_beyond(const void *_Nonnull text, size_t textCount);
// Whether no byte is beyond ASCII.
PLAUDIT_TRUSTED int plaudit_is_ascii(const void *_Nonnull text, size_t textCount);
// Copies the ASCII that the text begins with; how many bytes that are. Up to 63 more are written, all of them within the first
// `textCount` of the target.
PLAUDIT_TRUSTED size_t plaudit_copy_ascii(void *_Nonnull target, const void *_Nonnull text, size_t textCount);
// The same of sixteen bytes, all of which are written, without a call.
PLAUDIT_TRUSTED static inline size_t plaudit_copy_sixteen(void *_Nonnull target, const void *_Nonnull text) {
    memcpy(target, text, 16);
#if defined(__SSE2__)
    unsigned beyond = (unsigned)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)text));
    return beyond ? (size_t)__builtin_ctz(beyond) : 16;
#else
    uint64_t words[2];
    memcpy(words, text, sizeof words);
    uint64_t low = words[0] & 0x8080808080808080, high = words[1] & 0x8080808080808080;
    if (low) return (size_t)__builtin_ctzll(low) / 8;
    return high ? 8 + (size_t)__builtin_ctzll(high) / 8 : 16;
#endif
}
// The words (runs of ASCII letters and digits) of a text's first `PLAUDIT_WORD_CHUNK` bytes: in `target` they stand in lower case at the
// places they have in the text, among zeros, with 64 bytes more of the text, or zeros, behind them. Bit n of `starts` says whether a
// word of `byteCountMin` bytes or more (1 to 32, rounded down to a power of two) begins at byte n; none does at byte 0 when the byte
// before it is part of one.
enum { PLAUDIT_WORD_CHUNK = 1024, PLAUDIT_WORD_TARGET = PLAUDIT_WORD_CHUNK + 64, PLAUDIT_WORD_STARTS = PLAUDIT_WORD_CHUNK / 64 };
PLAUDIT_TRUSTED void plaudit_mark_words(const void *_Nonnull text, size_t textCount, int isInWord, size_t byteCountMin,
                                        uint8_t *_Nonnull target, uint64_t *_Nonnull starts);
// Bytes of the form 10xxxxxx.
PLAUDIT_TRUSTED size_t plaudit_count_continuations(const void *_Nonnull text, size_t textCount);
PLAUDIT_TRUSTED static inline ptrdiff_t plaudit_find_byte(const void *_Nonnull text, size_t textCount, uint8_t byte) {
    const char *hit = (const char *)memchr(text, byte, textCount);
    return hit ? hit - (const char *)text : -1;
}

// ---- mathematics: libm keeps no state on the heap ----

PLAUDIT_TRUSTED static inline double plaudit_exp(double x) { return exp(x); }
PLAUDIT_TRUSTED static inline double plaudit_log(double x) { return log(x); }
PLAUDIT_TRUSTED static inline double plaudit_pow(double x, double y) { return pow(x, y); }
PLAUDIT_TRUSTED static inline double plaudit_sqrt(double x) { return sqrt(x); }
PLAUDIT_TRUSTED static inline double plaudit_floor(double x) { return floor(x); }
PLAUDIT_TRUSTED static inline double plaudit_ceil(double x) { return ceil(x); }
PLAUDIT_TRUSTED static inline double plaudit_cos(double x) { return cos(x); }
PLAUDIT_TRUSTED static inline double plaudit_sin(double x) { return sin(x); }
PLAUDIT_TRUSTED static inline double plaudit_tan(double x) { return tan(x); }
PLAUDIT_TRUSTED static inline double plaudit_asin(double x) { return asin(x); }
PLAUDIT_TRUSTED static inline double plaudit_acos(double x) { return acos(x); }
PLAUDIT_TRUSTED static inline double plaudit_atan(double x) { return atan(x); }
PLAUDIT_TRUSTED static inline double plaudit_sinh(double x) { return sinh(x); }
PLAUDIT_TRUSTED static inline double plaudit_cosh(double x) { return cosh(x); }
PLAUDIT_TRUSTED static inline double plaudit_tanh(double x) { return tanh(x); }
PLAUDIT_TRUSTED static inline double plaudit_atan2(double y, double x) { return atan2(y, x); }
PLAUDIT_TRUSTED static inline double plaudit_hypot(double x, double y) { return hypot(x, y); }

// ---- time: answered by the vDSO, no system call and no heap ----

/// Nanoseconds of the monotonic clock.
PLAUDIT_TRUSTED static inline uint64_t plaudit_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Lets another thread have the processor for a moment.
PLAUDIT_TRUSTED static inline void plaudit_yield(void) { sched_yield(); }

/// Microseconds since 1970.
PLAUDIT_TRUSTED static inline int64_t plaudit_wall_clock_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// ---- sockets: thin system calls; the kernel's memory is not the process's heap ----
// Each returns what the call returns, or the negative errno: Swift never reads errno itself. The three of every request are not
// the C library's own functions: those may be cancelled, and mark in a locked word that they begin and that they end.

PLAUDIT_TRUSTED static inline ssize_t plaudit_receive(int socket, void *_Nonnull target, size_t capacity) {
    ssize_t count = syscall(SYS_recvfrom, socket, target, capacity, MSG_DONTWAIT, NULL, NULL);
    return count >= 0 ? count : -errno;
}
PLAUDIT_TRUSTED static inline ssize_t plaudit_send(int socket, const void *_Nonnull source, size_t byteCount) {
    ssize_t count = syscall(SYS_sendto, socket, source, byteCount, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
    return count >= 0 ? count : -errno;
}
PLAUDIT_TRUSTED static inline int plaudit_epoll_wait(int epoll, struct epoll_event *_Nonnull events, int capacity, int timeoutMilliseconds) {
    int count = (int)syscall(SYS_epoll_pwait, epoll, events, capacity, timeoutMilliseconds, NULL, 0);
    return count >= 0 ? count : -errno;
}
PLAUDIT_TRUSTED static inline int plaudit_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = token;
    return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : -errno;
}
/// The token that was registered with the descriptor; `epoll_data_t` is a union that Swift would read awkwardly.
PLAUDIT_TRUSTED static inline uint64_t plaudit_epoll_token(const struct epoll_event *_Nonnull event) { return event->data.u64; }
PLAUDIT_TRUSTED static inline void plaudit_event_signal(int eventDescriptor) {
    uint64_t one = 1;
    ssize_t ignored = write(eventDescriptor, &one, sizeof one);
    (void)ignored;
}
PLAUDIT_TRUSTED static inline void plaudit_event_drain(int eventDescriptor) {
    uint64_t value;
    ssize_t ignored = read(eventDescriptor, &value, sizeof value);
    (void)ignored;
}

// ---- memory: address space handed back to the kernel; nothing touches the heap ----

PLAUDIT_TRUSTED static inline int plaudit_release_pages(void *_Nonnull address, size_t byteCount) {
    return madvise(address, byteCount, MADV_DONTNEED) == 0 ? 0 : -errno;
}

// ---- set-up only (not trusted: callers may allocate anyway) ----

/// Reserved, zero-filled address space that takes memory only where it is touched; NULL when the kernel refuses.
void *_Nullable plaudit_reserve(size_t byteCount);
void plaudit_unreserve(void *_Nonnull address, size_t byteCount);
/// Has reserved space behind `skippedCount`, a multiple of the page size, filled 2 MiB at a time: a fault for each 4 KiB is a seventh of
/// what a batch of 128 MiB costs.
void plaudit_prefer_huge_pages(void *_Nonnull address, size_t byteCount, size_t skippedCount);
/// Unmaps the pages of code and constants, of the program and its libraries. They stay in the kernel's page cache, and those that
/// are used come back one fault each.
void plaudit_release_program(void);

/// A non-blocking eventfd, or the negative errno.
int plaudit_event_descriptor(void);
/// A bound, listening Unix socket with that mode, non-blocking; a descriptor or the negative errno.
/// A socket file that nobody answers on is replaced; one that answers gives -EADDRINUSE.
int plaudit_listen_unix(const char *_Nonnull path, unsigned mode, int backlog);
/// close(2), trusted: it gives back a descriptor and no memory of ours.
PLAUDIT_TRUSTED static inline void plaudit_close(int descriptor) { close(descriptor); }
/// A blocking connection, or the negative errno.
int plaudit_connect_unix(const char *_Nonnull path);
/// The next waiting connection (non-blocking, close-on-exec), or the negative errno.
int plaudit_accept(int listener);
/// The peer's credentials: 0, or the negative errno.
int plaudit_peer_credentials(int socket, uint32_t *_Nonnull user, uint32_t *_Nonnull group, int32_t *_Nonnull process);
/// 1 when the user belongs to the group (primary or supplementary), else 0.
int plaudit_user_in_group(uint32_t user, uint32_t group);
/// A descriptor that turns readable when one of SIGTERM, SIGINT or SIGHUP arrives, all three blocked in every later thread.
int plaudit_signal_descriptor(void);
/// The next signal of that descriptor, or 0.
int plaudit_next_signal(int descriptor);
/// Starts a thread that runs `body(context)`; 0, or the negative error number. `identifier` is what `plaudit_thread_join` takes.
int plaudit_thread_start(const char *_Nonnull name, void (*_Nonnull body)(void *_Nullable), void *_Nullable context,
                         uint64_t *_Nonnull identifier);
void plaudit_thread_join(uint64_t identifier);
/// Keeps a thread on one core: the `place`-th of those that this process may use, counted round; 0, or the negative error number.
int plaudit_thread_pin(uint64_t identifier, int place);
/// Waits until one of two descriptors turns readable, at most so long; bit 0 and bit 1 say which, 0 that none did.
int plaudit_wait_readable(int first, int second, int timeoutMilliseconds);
/// 1 when that descriptor is a terminal.
int plaudit_is_terminal(int descriptor);
/// Columns of the terminal behind that descriptor, or 0.
int plaudit_terminal_columns(int descriptor);

#endif
