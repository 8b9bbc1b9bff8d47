// Vectorscan as the data plane uses it: pattern sets compiled while a configuration is loaded, then scanned in memory
// that was set aside before. Matches are collected here, in C, so that no scan calls back into Swift.
#ifndef PLAUDIT_CVECTORSCAN_H
#define PLAUDIT_CVECTORSCAN_H

#include <stddef.h>
#include <stdint.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

/// A compiled set of patterns: immutable, shared by all workers.
typedef struct hs_database plaudit_pattern_set;
/// The working memory of one worker, for any of the sets it was prepared for.
typedef struct hs_scratch plaudit_scan_scratch;

// ---- set-up only (not trusted: callers may allocate anyway) ----

/// 1 when this processor runs Vectorscan at all.
int plaudit_vectorscan_is_available(void);

/// 1 when this library finds on this processor what regular expressions match; 0 where it is known to miss some.
int plaudit_prefilter_is_sound(void);

/// Literals without regard to ASCII case; matched as bytes, so NUL is a byte like any other. Match ids are the
/// positions in `texts`. NULL on failure, with the message in `message` (NUL-terminated, cut to the capacity).
plaudit_pattern_set *_Nullable plaudit_literals_compile(const uint8_t *_Nonnull const *_Nonnull texts,
                                                        const size_t *_Nonnull counts, uint32_t patternCount,
                                                        char *_Nonnull message, size_t messageCapacity);
/// Regular expressions, each ended by NUL, as a prefilter: every text that Unicode-aware PCRE matches is reported,
/// others may be; each pattern at most once a scan, under its id. A wrong or unsupported pattern gives NULL with its
/// position in `wrongPosition` (-1: the set as a whole).
plaudit_pattern_set *_Nullable plaudit_prefilter_compile(const uint8_t *_Nonnull const *_Nonnull patterns,
                                                         const uint32_t *_Nonnull ids, uint32_t patternCount,
                                                         int *_Nonnull wrongPosition, char *_Nonnull message,
                                                         size_t messageCapacity);
void plaudit_pattern_set_free(plaudit_pattern_set *_Nullable set);
size_t plaudit_pattern_set_byte_count(const plaudit_pattern_set *_Nonnull set);

/// Makes `scratch` (NULL at first) large enough for the set as well. 0, or -1 when there is no memory.
int plaudit_scan_scratch_prepare(plaudit_scan_scratch *_Nullable *_Nonnull scratch,
                                 const plaudit_pattern_set *_Nonnull set);
void plaudit_scan_scratch_free(plaudit_scan_scratch *_Nullable scratch);

// ---- per rollout ----

enum {
    /// More matches than the buffer holds; the scan was ended early.
    PLAUDIT_SCAN_FULL = -1,
    /// An error that no valid set and scratch can cause.
    PLAUDIT_SCAN_ERROR = -2,
};

/// Collects the matches in `text` as words of (end offset << 32 | id), in no particular order. Their count, or a
/// PLAUDIT_SCAN code. `count` is below 2^32.
/// Cannot allocate: hs_scan in block mode works in the scratch alone, and the callback writes to `matches` only.
PLAUDIT_TRUSTED
ptrdiff_t plaudit_scan(const plaudit_pattern_set *_Nonnull set, plaudit_scan_scratch *_Nonnull scratch,
                       const uint8_t *_Nonnull text, size_t count, uint64_t *_Nonnull matches, size_t capacity);

#endif
