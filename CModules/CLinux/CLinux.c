#define _GNU_SOURCE
#include "CLinux.h"

#include <grp.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

// ---- searches that compare thirty-two bytes at once ----
//
// In the compiler's own vectors, which it makes of two registers of SSE2 or NEON where there is nothing wider. A processor
// with AVX2 gets the same code compiled for it: the choice is one test of a flag that the C runtime keeps.

typedef uint8_t plaudit_bytes __attribute__((vector_size(32), aligned(1)));
typedef int8_t plaudit_marks __attribute__((vector_size(32)));
typedef uint64_t plaudit_quarters __attribute__((vector_size(32)));

enum { BLOCK = sizeof(plaudit_bytes) };

#define INLINE static inline __attribute__((always_inline))
#if defined(__x86_64__)
#define DISPATCHED(type, name, parameters, arguments)                                                                   \
    __attribute__((target("avx2"))) static type name##_avx2 parameters { return name arguments; }                       \
    type plaudit_##name parameters { return __builtin_cpu_supports("avx2") ? name##_avx2 arguments : name arguments; }
#else
#define DISPATCHED(type, name, parameters, arguments)                                                                   \
    type plaudit_##name parameters { return name arguments; }
#endif

// A block's marks go from function to function by address: passed by value, their place would depend on the processor.
INLINE int any(const plaudit_marks *marks) {
    plaudit_quarters quarters = (plaudit_quarters)*marks;
    return (quarters[0] | quarters[1] | quarters[2] | quarters[3]) != 0;
}

// The lane of the first or last mark; there is one. Lanes are in memory's order on a little-endian processor.
INLINE size_t first_lane(const plaudit_marks *marks) {
    plaudit_quarters quarters = (plaudit_quarters)*marks;
    size_t quarter = quarters[0] ? 0 : quarters[1] ? 1 : quarters[2] ? 2 : 3;
    return 8 * quarter + (size_t)__builtin_ctzll(quarters[quarter]) / 8;
}
INLINE size_t last_lane(const plaudit_marks *marks) {
    plaudit_quarters quarters = (plaudit_quarters)*marks;
    size_t quarter = quarters[3] ? 3 : quarters[2] ? 2 : quarters[1] ? 1 : 0;
    return 8 * quarter + 7 - (size_t)__builtin_clzll(quarters[quarter]) / 8;
}

static ptrdiff_t find_linear(const uint8_t *text, size_t start, size_t textCount, const void *needle, size_t needleCount) {
    const uint8_t *hit = memmem(text + start, textCount - start, needle, needleCount);
    return hit ? hit - text : -1;
}

INLINE void mark_ends(plaudit_marks *marks, const uint8_t *block, size_t lastOffset, uint8_t first, uint8_t last) {
    *marks = (*(const plaudit_bytes *)block == first) & (*(const plaudit_bytes *)(block + lastOffset) == last);
}

// Where both the needle's first and its last byte stand, which is rare in prose. In a text that is full of such places the
// library's search, which is linear whatever the text, takes over.
INLINE ptrdiff_t find(const void *text, size_t textCount, const void *needle, size_t needleCount) {
    if (needleCount < 2 || needleCount > textCount) return find_linear(text, 0, textCount, needle, needleCount);
    const uint8_t *bytes = text;
    const uint8_t *wanted = needle;
    size_t lastOffset = needleCount - 1;
    uint8_t first = wanted[0], last = wanted[lastOffset];
    size_t start = 0, comparedCount = 0;
    for (; textCount - start >= lastOffset + BLOCK; start += BLOCK) {
        const uint8_t *block = bytes + start;
        plaudit_marks marks, either;
        mark_ends(&marks, block, lastOffset, first, last);
        if (textCount - start >= lastOffset + 2 * BLOCK) {
            mark_ends(&either, block + BLOCK, lastOffset, first, last);
            either |= marks;
            if (!any(&either)) {
                start += BLOCK;
                continue;
            }
        }
        while (any(&marks)) {
            size_t lane = first_lane(&marks);
            if (memcmp(block + lane, needle, needleCount) == 0) return (ptrdiff_t)(start + lane);
            comparedCount += needleCount;
            if (comparedCount > textCount) return find_linear(text, start + lane + 1, textCount, needle, needleCount);
            marks[lane] = 0;
        }
    }
    return find_linear(text, start, textCount, needle, needleCount);
}
DISPATCHED(ptrdiff_t, find, (const void *text, size_t textCount, const void *needle, size_t needleCount),
           (text, textCount, needle, needleCount))

INLINE ptrdiff_t find_last_of(const void *text, size_t textCount, uint8_t first, uint8_t second, uint8_t third) {
    const uint8_t *bytes = text;
    size_t end = textCount;
    for (; end >= 2 * BLOCK; end -= 2 * BLOCK) {
        plaudit_bytes low = *(const plaudit_bytes *)(bytes + end - 2 * BLOCK);
        plaudit_bytes high = *(const plaudit_bytes *)(bytes + end - BLOCK);
        plaudit_marks lowMarks = (low == first) | (low == second) | (low == third);
        plaudit_marks highMarks = (high == first) | (high == second) | (high == third);
        plaudit_marks marks = lowMarks | highMarks;
        if (!any(&marks)) continue;
        return (ptrdiff_t)(any(&highMarks) ? end - BLOCK + last_lane(&highMarks) : end - 2 * BLOCK + last_lane(&lowMarks));
    }
    while (end > 0) {
        uint8_t byte = bytes[--end];
        if (byte == first || byte == second || byte == third) return (ptrdiff_t)end;
    }
    return -1;
}
DISPATCHED(ptrdiff_t, find_last_of,
           (const void *text, size_t textCount, uint8_t first, uint8_t second, uint8_t third),
           (text, textCount, first, second, third))

// The last bytes of the marks that announce an answer: of `####`, `\boxed{`, and of `Answer:` or `A:` with emphasis or spaces
// before the colon. What stands before such a byte tells most others apart, a colon behind a JSON key above all.
INLINE int is_answer_mark(uint8_t before, uint8_t byte) {
    if (byte == '#') return before == '#';
    if (byte == '{') return before == 'd';
    return byte == ':' && ((before | 0x20) == 'r' || before == 'A' || before == ' ' || before == '*' || before == '_');
}

INLINE void answer_marks(plaudit_marks *marks, const uint8_t *block) {
    plaudit_bytes bytes = *(const plaudit_bytes *)block, before = *(const plaudit_bytes *)(block - 1);
    plaudit_marks word = ((before | (uint8_t)0x20) == (uint8_t)'r') | (before == (uint8_t)'A') | (before == (uint8_t)' ')
        | (before == (uint8_t)'*') | (before == (uint8_t)'_');
    *marks = ((bytes == (uint8_t)':') & word) | ((bytes == (uint8_t)'#') & (before == (uint8_t)'#'))
        | ((bytes == (uint8_t)'{') & (before == (uint8_t)'d'));
}

INLINE ptrdiff_t find_last_answer_mark(const void *text, size_t textCount) {
    const uint8_t *bytes = text;
    size_t end = textCount;
    // A mark is never the text's first byte.
    for (; end > 2 * BLOCK; end -= 2 * BLOCK) {
        plaudit_bytes low = *(const plaudit_bytes *)(bytes + end - 2 * BLOCK);
        plaudit_bytes high = *(const plaudit_bytes *)(bytes + end - BLOCK);
        plaudit_marks marks = (low == (uint8_t)':') | (low == (uint8_t)'#') | (low == (uint8_t)'{')
            | (high == (uint8_t)':') | (high == (uint8_t)'#') | (high == (uint8_t)'{');
        if (!any(&marks)) continue;
        answer_marks(&marks, bytes + end - BLOCK);
        if (any(&marks)) return (ptrdiff_t)(end - BLOCK + last_lane(&marks));
        answer_marks(&marks, bytes + end - 2 * BLOCK);
        if (any(&marks)) return (ptrdiff_t)(end - 2 * BLOCK + last_lane(&marks));
    }
    for (; end > 1; end--) {
        if (is_answer_mark(bytes[end - 2], bytes[end - 1])) return (ptrdiff_t)(end - 1);
    }
    return -1;
}
DISPATCHED(ptrdiff_t, find_last_answer_mark, (const void *text, size_t textCount), (text, textCount))

INLINE ptrdiff_t find_last_digit_or_beyond(const void *text, size_t textCount) {
    const uint8_t *bytes = text;
    size_t end = textCount;
    for (; end >= BLOCK; end -= BLOCK) {
        plaudit_bytes block = *(const plaudit_bytes *)(bytes + end - BLOCK);
        plaudit_marks marks = (block - (uint8_t)'0' < (uint8_t)10) | (block >= (uint8_t)0x80);
        if (any(&marks)) return (ptrdiff_t)(end - BLOCK + last_lane(&marks));
    }
    while (end > 0) {
        uint8_t byte = bytes[--end];
        if ((uint8_t)(byte - '0') < 10 || byte >= 0x80) return (ptrdiff_t)end;
    }
    return -1;
}
DISPATCHED(ptrdiff_t, find_last_digit_or_beyond, (const void *text, size_t textCount), (text, textCount))

INLINE int is_string_stop(uint8_t byte) { return byte == '"' || byte == '\\' || byte < 0x20; }
INLINE void string_stops(plaudit_marks *marks, const plaudit_bytes *block) {
    *marks = (*block == (uint8_t)'"') | (*block == (uint8_t)'\\') | (*block < (uint8_t)0x20);
}

INLINE size_t find_string_stop(const void *text, size_t textCount) {
    const uint8_t *bytes = text;
    size_t index = 0;
    for (; textCount - index >= BLOCK; index += BLOCK) {
        plaudit_marks marks;
        string_stops(&marks, (const plaudit_bytes *)(bytes + index));
        if (any(&marks)) return index + first_lane(&marks);
    }
    while (index < textCount && !is_string_stop(bytes[index])) index++;
    return index;
}
DISPATCHED(size_t, find_string_stop, (const void *text, size_t textCount), (text, textCount))

// The escape of a byte at which a string stops.
INLINE size_t write_escape(uint8_t *target, uint8_t byte) {
    static const char digits[] = "0123456789abcdef";
    static const char letters[] = "btn\0fr";
    target[0] = '\\';
    target[1] = byte;
    if (byte >= 0x20) return 2;
    target[1] = byte >= '\b' && byte <= '\r' ? (uint8_t)letters[byte - '\b'] : 0;
    if (target[1] != 0) return 2;
    memcpy(target + 1, "u00", 3);
    target[4] = (uint8_t)digits[byte >> 4];
    target[5] = (uint8_t)digits[byte & 0x0F];
    return 6;
}

INLINE size_t write_string(void *target, const void *text, size_t textCount) {
    const uint8_t *bytes = text;
    uint8_t *written = target;
    size_t index = 0;
    while (textCount - index >= BLOCK) {
        plaudit_bytes block = *(const plaudit_bytes *)(bytes + index);
        plaudit_marks marks;
        string_stops(&marks, &block);
        *(plaudit_bytes *)written = block;
        size_t plainCount = any(&marks) ? first_lane(&marks) : BLOCK;
        index += plainCount;
        written += plainCount;
        if (plainCount < BLOCK) written += write_escape(written, bytes[index++]);
    }
    for (; index < textCount; index++) {
        if (is_string_stop(bytes[index])) written += write_escape(written, bytes[index]);
        else *written++ = bytes[index];
    }
    return (size_t)(written - (uint8_t *)target);
}
DISPATCHED(size_t, write_string, (void *target, const void *text, size_t textCount), (target, text, textCount))

// Both fold letters of ASCII by a bit that digits have already; other bytes may become alike.
INLINE uint32_t folded(uint32_t bytes) { return bytes | 0x20202020u; }
INLINE void keep_folded(plaudit_marks *marks, const uint8_t *block, uint32_t code, int index) {
    *marks &= (*(const plaudit_bytes *)(block + index) | (uint8_t)0x20) == (uint8_t)(code >> 8 * index);
}

INLINE size_t find_border(const void *text, size_t textCount, uint32_t code) {
    const uint8_t *bytes = text;
    uint32_t wanted = folded(code), here;
    size_t index = 0;
    for (; textCount - index >= BLOCK + sizeof wanted - 1; index += BLOCK) {
        const uint8_t *block = bytes + index;
        plaudit_bytes first = *(const plaudit_bytes *)block;
        plaudit_marks marks = (first | (uint8_t)0x20) == (uint8_t)wanted;
        for (int offset = 1; offset < (int)sizeof wanted; offset++) keep_folded(&marks, block, wanted, offset);
        marks |= (first == (uint8_t)'<') | (first == (uint8_t)'[');
        if (any(&marks)) return index + first_lane(&marks);
    }
    for (; index < textCount; index++) {
        if (bytes[index] == '<' || bytes[index] == '[') break;
        if (textCount - index < sizeof here) continue;
        memcpy(&here, bytes + index, sizeof here);
        if (folded(here) == wanted) break;
    }
    return index;
}
DISPATCHED(size_t, find_border, (const void *text, size_t textCount, uint32_t code), (text, textCount, code))

INLINE size_t count_continuations(const void *text, size_t textCount) {
    const int8_t *bytes = text;
    size_t count = 0;
    size_t index = 0;
    // Each lane counts down from 0 by at most 255 before it is added up.
    while (textCount - index >= BLOCK) {
        plaudit_bytes lanes = {0};
        size_t blockCount = (textCount - index) / BLOCK;
        if (blockCount > 255) blockCount = 255;
        for (size_t block = 0; block < blockCount; block++) {
            plaudit_marks signedBytes = (plaudit_marks) * (const plaudit_bytes *)(bytes + index);
            lanes -= (plaudit_bytes)(signedBytes < (int8_t)-64);
            index += BLOCK;
        }
        for (int lane = 0; lane < BLOCK; lane++) count += lanes[lane];
    }
    for (; index < textCount; index++) count += bytes[index] < -64;
    return count;
}
DISPATCHED(size_t, count_continuations, (const void *text, size_t textCount), (text, textCount))

// The high bits of bytes beyond ASCII, which are marks as good as others.
INLINE void beyond_ascii(plaudit_marks *marks, const plaudit_bytes *block) {
    *marks = (plaudit_marks)(*block & (uint8_t)0x80);
}

INLINE int is_ascii(const void *text, size_t textCount) {
    const uint8_t *bytes = text;
    plaudit_bytes seen = {0};
    size_t index = 0;
    for (; textCount - index >= 2 * BLOCK; index += 2 * BLOCK)
        seen |= *(const plaudit_bytes *)(bytes + index) | *(const plaudit_bytes *)(bytes + index + BLOCK);
    uint8_t rest = 0;
    for (; index < textCount; index++) rest |= bytes[index];
    plaudit_marks marks;
    beyond_ascii(&marks, &seen);
    return rest < 0x80 && !any(&marks);
}
DISPATCHED(int, is_ascii, (const void *text, size_t textCount), (text, textCount))

INLINE size_t copy_ascii(uint8_t *target, const void *text, size_t textCount) {
    const uint8_t *bytes = text;
    size_t index = 0;
    for (; textCount - index >= 2 * BLOCK; index += 2 * BLOCK) {
        plaudit_bytes low = *(const plaudit_bytes *)(bytes + index);
        plaudit_bytes high = *(const plaudit_bytes *)(bytes + index + BLOCK);
        *(plaudit_bytes *)(target + index) = low;
        *(plaudit_bytes *)(target + index + BLOCK) = high;
        plaudit_bytes either = low | high;
        plaudit_marks marks;
        beyond_ascii(&marks, &either);
        if (!any(&marks)) continue;
        beyond_ascii(&marks, &low);
        if (any(&marks)) return index + first_lane(&marks);
        beyond_ascii(&marks, &high);
        return index + BLOCK + first_lane(&marks);
    }
    for (; index < textCount && bytes[index] < 0x80; index++) target[index] = bytes[index];
    return index;
}
DISPATCHED(size_t, copy_ascii, (void *target, const void *text, size_t textCount), (target, text, textCount))

// One bit a lane, the first lane's the lowest.
INLINE uint32_t bits_of(const plaudit_marks *marks) {
    typedef _Bool plaudit_lanes __attribute__((ext_vector_type(BLOCK)));
    plaudit_lanes lanes = __builtin_convertvector(*marks, plaudit_lanes);
    uint32_t bits;
    memcpy(&bits, &lanes, sizeof bits);
    return bits;
}

// Stops at control characters, at bytes beyond ASCII, and at spaces that are the first byte or stand behind another.
INLINE size_t find_gap(const void *text, size_t textCount) {
    const uint8_t *bytes = text;
    uint32_t isBehindSpace = 1;
    size_t index = 0;
    for (; textCount - index >= BLOCK; index += BLOCK) {
        plaudit_bytes block = *(const plaudit_bytes *)(bytes + index);
        plaudit_marks isSpace = block == (uint8_t)' ', isOther = (plaudit_marks)block < (int8_t)' ';
        uint32_t spaces = bits_of(&isSpace);
        uint32_t stops = bits_of(&isOther) | (spaces & (spaces << 1 | isBehindSpace));
        if (stops) return index + (size_t)__builtin_ctz(stops);
        isBehindSpace = spaces >> (BLOCK - 1);
    }
    for (; index < textCount && bytes[index] >= ' ' && bytes[index] < 0x80; index++) {
        if (bytes[index] == ' ' && isBehindSpace) break;
        isBehindSpace = bytes[index] == ' ';
    }
    return index;
}
DISPATCHED(size_t, find_gap, (const void *text, size_t textCount), (text, textCount))

INLINE void lower_ascii(uint8_t *bytes, size_t byteCount) {
    size_t index = 0;
    for (; byteCount - index >= BLOCK; index += BLOCK) {
        plaudit_bytes *block = (plaudit_bytes *)(bytes + index);
        plaudit_marks isUpper = *block - (uint8_t)'A' < (uint8_t)26;
        *block |= (plaudit_bytes)isUpper & (uint8_t)0x20;
    }
    for (; index < byteCount; index++) {
        if ((uint8_t)(bytes[index] - 'A') < 26) bytes[index] |= 0x20;
    }
}
DISPATCHED(void, lower_ascii, (void *bytes, size_t byteCount), (bytes, byteCount))

// Thirty-two bytes of text: ASCII letters in lower case, digits, and 0 for all else; returns which of them are not 0.
INLINE uint32_t write_words(uint8_t *target, const uint8_t *text) {
    plaudit_bytes bytes = *(const plaudit_bytes *)text, lower = bytes | (uint8_t)0x20;
    plaudit_marks isWord = (lower - (uint8_t)'a' < (uint8_t)26) | (bytes - (uint8_t)'0' < (uint8_t)10);
    *(plaudit_bytes *)target = lower & (plaudit_bytes)isWord;
    return bits_of(&isWord);
}

INLINE void mark_words(const void *text, size_t textCount, int isInWord, size_t byteCountMin, uint8_t *target, uint64_t *starts) {
    const uint8_t *bytes = text;
    enum { UNIT = 2 * BLOCK };
    // First which bytes belong to words, one unit more than is asked for: words that begin near the end go on there.
    uint64_t words[PLAUDIT_WORD_STARTS + 1] = {0};
    for (size_t unit = 0; unit <= PLAUDIT_WORD_STARTS; unit++) {
        size_t start = unit * UNIT;
        uint8_t rest[UNIT];
        const uint8_t *source = bytes + start;
        if (textCount < start + UNIT) {
            memset(rest, 0, UNIT);
            if (start < textCount) memcpy(rest, source, textCount - start);
            source = rest;
        }
        uint64_t low = write_words(target + start, source), high = write_words(target + start + BLOCK, source + BLOCK);
        words[unit] = low | high << BLOCK;
        if (start >= textCount) break;
    }
    uint64_t carry = isInWord != 0;
    for (size_t unit = 0; unit < PLAUDIT_WORD_STARTS; unit++) {
        // A byte with as many behind it as the next round looks ahead.
        unsigned __int128 runs = (unsigned __int128)words[unit + 1] << 64 | words[unit];
        for (size_t count = 1; 2 * count <= byteCountMin; count *= 2) runs &= runs >> count;
        starts[unit] = (uint64_t)runs & ~(words[unit] << 1 | carry);
        carry = words[unit] >> 63;
    }
}
DISPATCHED(void, mark_words,
           (const void *text, size_t textCount, int isInWord, size_t byteCountMin, uint8_t *target, uint64_t *starts),
           (text, textCount, isInWord, byteCountMin, target, starts))

ptrdiff_t plaudit_find_last_byte(const void *text, size_t textCount, uint8_t byte) {
    const char *hit = (const char *)memrchr(text, byte, textCount);
    return hit ? hit - (const char *)text : -1;
}

void *plaudit_reserve(size_t byteCount) {
    void *address = mmap(NULL, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

void plaudit_prefer_huge_pages(void *address, size_t byteCount, size_t skippedCount) {
    // A kernel without them says so, and the pages are small.
    if (skippedCount < byteCount) madvise((char *)address + skippedCount, byteCount - skippedCount, MADV_HUGEPAGE);
}

void plaudit_unreserve(void *address, size_t byteCount) { munmap(address, byteCount); }

static int address_of(const char *path, struct sockaddr_un *address) {
    size_t count = strlen(path);
    if (count == 0 || count >= sizeof address->sun_path) return -ENAMETOOLONG;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, count + 1);
    return 0;
}

static int connect_unix(const char *path, int flags) {
    struct sockaddr_un address;
    int bad = address_of(path, &address);
    if (bad) return bad;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (descriptor < 0) return -errno;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int plaudit_connect_unix(const char *path) { return connect_unix(path, 0); }

int plaudit_listen_unix(const char *path, unsigned mode, int backlog) {
    struct sockaddr_un address;
    int bad = address_of(path, &address);
    if (bad) return bad;

    struct stat existing;
    if (lstat(path, &existing) == 0) {
        if (!S_ISSOCK(existing.st_mode)) return -EEXIST;
        // Not blocking: a live server whose queue is full would keep us waiting for as long as it is stuck.
        int answering = connect_unix(path, SOCK_NONBLOCK);
        if (answering >= 0) close(answering);
        if (answering >= 0 || answering == -EAGAIN) return -EADDRINUSE;
        // Only a socket whose server is gone refuses; anything else (no permission, say) is not ours to remove.
        if (answering != -ECONNREFUSED) return answering;
        if (unlink(path) != 0 && errno != ENOENT) return -errno;
    }
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    // The mode is set by the mask of bind itself, so that there is no moment with a wider one.
    mode_t previous = umask((mode_t)(~mode & 0777));
    int bound = bind(descriptor, (struct sockaddr *)&address, sizeof address);
    int error = errno;
    umask(previous);
    if (bound != 0 || listen(descriptor, backlog) != 0) {
        if (bound == 0) { error = errno; unlink(path); }
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int plaudit_event_descriptor(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int plaudit_accept(int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int plaudit_peer_credentials(int socket, uint32_t *user, uint32_t *group, int32_t *process) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return -errno;
    *user = credentials.uid;
    *group = credentials.gid;
    *process = credentials.pid;
    return 0;
}

// What may be written holds what relocation wrote, and is not the file's.
static int release_segments(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    (void)context;
    uintptr_t mask = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr + mask) & ~mask;
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~mask;
        if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void plaudit_release_program(void) { dl_iterate_phdr(release_segments, NULL); }

int plaudit_user_in_group(uint32_t user, uint32_t group) {
    struct passwd entry, *found = NULL;
    char text[16384];
    if (getpwuid_r(user, &entry, text, sizeof text, &found) != 0 || !found) return 0;
    gid_t groups[256];
    int count = 256;
    if (getgrouplist(found->pw_name, found->pw_gid, groups, &count) < 0) return 0;
    for (int index = 0; index < count; index++)
        if (groups[index] == group) return 1;
    return 0;
}

int plaudit_signal_descriptor(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -errno;
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int plaudit_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

struct thread_start {
    void (*body)(void *);
    void *context;
};

static void *thread_main(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int plaudit_thread_start(const char *name, void (*body)(void *), void *context, uint64_t *identifier) {
    struct thread_start *start = malloc(sizeof *start);
    if (!start) return -ENOMEM;
    *start = (struct thread_start){.body = body, .context = context};
    pthread_t thread;
    int error = pthread_create(&thread, NULL, thread_main, start);
    if (error) {
        free(start);
        return -error;
    }
    pthread_setname_np(thread, name);
    *identifier = (uint64_t)thread;
    return 0;
}

void plaudit_thread_join(uint64_t identifier) { pthread_join((pthread_t)identifier, NULL); }

int plaudit_thread_pin(uint64_t identifier, int place) {
    cpu_set_t usable, chosen;
    if (sched_getaffinity(0, sizeof usable, &usable) != 0) return -errno;
    place %= CPU_COUNT(&usable);
    int core = 0;
    while (!CPU_ISSET(core, &usable) || place-- > 0) core++;
    CPU_ZERO(&chosen);
    CPU_SET(core, &chosen);
    return -pthread_setaffinity_np((pthread_t)identifier, sizeof chosen, &chosen);
}

int plaudit_wait_readable(int first, int second, int timeoutMilliseconds) {
    struct pollfd watched[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
    if (poll(watched, 2, timeoutMilliseconds) <= 0) return 0;
    return (watched[0].revents ? 1 : 0) | (watched[1].revents ? 2 : 0);
}

int plaudit_is_terminal(int descriptor) { return isatty(descriptor); }

int plaudit_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
