// PCRE2 as the data plane uses it: patterns compiled to machine code while a configuration is loaded, then matched in
// memory that was set aside before. Only pcre2_jit_match runs per rollout, so that a pattern can neither fall back to
// the interpreter, which takes its frames from the heap, nor work longer than the match limit.
#ifndef PLAUDIT_CPCRE2_H
#define PLAUDIT_CPCRE2_H

#include <stddef.h>
#include <stdint.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

/// A compiled pattern: immutable, shared by all workers.
typedef struct plaudit_regex plaudit_regex;
/// The working memory of one worker: match data, match context and machine stack.
typedef struct plaudit_regex_scratch plaudit_regex_scratch;

enum {
    /// Pattern and subject are UTF-8.
    PLAUDIT_REGEX_UTF = 1 << 0,
    /// \d, \w, \s, \b and the POSIX classes use Unicode properties, as Python's `re` does on str.
    PLAUDIT_REGEX_UCP = 1 << 1,
    PLAUDIT_REGEX_CASELESS = 1 << 2,
    /// ^ and $ also stand at line ends.
    PLAUDIT_REGEX_MULTILINE = 1 << 3,
    /// A dot also matches a line end.
    PLAUDIT_REGEX_DOTALL = 1 << 4,
    /// The match begins where the search starts.
    PLAUDIT_REGEX_ANCHORED = 1 << 5,
    /// The match begins where the search starts and ends where the subject ends.
    PLAUDIT_REGEX_FULL = 1 << 6,
    /// ECMA-262's reading, as JSON Schema wants it: $ only at the very end, \uXXXX and \u{X}, [] and [^], and a back
    /// reference to a group that took no part matches nothing.
    PLAUDIT_REGEX_ECMA = 1 << 7,
};

enum {
    PLAUDIT_REGEX_NO_MATCH = 0,
    PLAUDIT_REGEX_MATCHED = 1,
    /// The match limit or the machine stack was used up: neither a match nor its absence is known.
    PLAUDIT_REGEX_LIMIT = 2,
    /// An error of the library that no valid pattern and subject can cause.
    PLAUDIT_REGEX_ERROR = 3,
};

// ---- set-up only (not trusted: callers may allocate anyway) ----

/// Compiles a pattern; NULL when it is wrong, with PCRE2's error code and the offset in bytes at which it noticed.
/// A pattern that cannot become machine code is wrong too: its code is PLAUDIT_REGEX_ERROR_NOT_JIT.
plaudit_regex *_Nullable plaudit_regex_compile(const uint8_t *_Nonnull pattern, size_t count, uint32_t options,
                                               int *_Nonnull errorCode, size_t *_Nonnull errorOffset);
void plaudit_regex_free(plaudit_regex *_Nullable regex);
/// Writes the message of an error code, NUL-terminated, cut to the capacity.
void plaudit_regex_message(int errorCode, char *_Nonnull text, size_t capacity);
/// Bytes that the compiled pattern holds, machine code included.
size_t plaudit_regex_byte_count(const plaudit_regex *_Nonnull regex);
/// Capture groups of the pattern.
uint32_t plaudit_regex_group_count(const plaudit_regex *_Nonnull regex);

enum { PLAUDIT_REGEX_ERROR_NOT_JIT = -1000 };

enum {
    /// A match may begin anywhere.
    PLAUDIT_REGEX_STARTS_ANYWHERE = 0,
    /// A match begins where the search starts.
    PLAUDIT_REGEX_STARTS_ONCE = 1,
    /// A match begins where the search starts or behind a line end.
    PLAUDIT_REGEX_STARTS_AT_LINES = 2,
    /// A match begins with a byte of the set.
    PLAUDIT_REGEX_STARTS_IN_SET = 3,
};
/// Where a match of the pattern can begin; for the last kind `set` receives the 256 bits of the bytes that can begin one.
int plaudit_regex_starts(const plaudit_regex *_Nonnull regex, uint64_t *_Nonnull set);

/// Working memory for one worker; NULL when there is no memory. `matchLimit` bounds the work of one match.
plaudit_regex_scratch *_Nullable plaudit_regex_scratch_make(uint32_t matchLimit, size_t stackByteCount);
void plaudit_regex_scratch_free(plaudit_regex_scratch *_Nullable scratch);

// ---- per rollout ----

/// Looks for the pattern from `start` on; on a match `span` receives start and end in bytes of the subject. The
/// subject must be valid UTF-8 and `start` must lie at a character's first byte, or at its end, when the pattern was
/// compiled with PLAUDIT_REGEX_UTF. Cannot allocate: pcre2_jit_match runs machine code on the stack of `scratch` and
/// writes to its match data only.
PLAUDIT_TRUSTED
int plaudit_regex_match(const plaudit_regex *_Nonnull regex, const uint8_t *_Nonnull subject, size_t count, size_t start,
                        plaudit_regex_scratch *_Nonnull scratch, size_t *_Nonnull spanStart, size_t *_Nonnull spanEnd);

/// Changes the match limit of `scratch`, for callers that share out work among many matches. PCRE2's machine code counts
/// afresh at each place where it tries to begin a match: a bound of a whole search is the limit times those places.
/// Cannot allocate: stores one number in the match context.
PLAUDIT_TRUSTED void plaudit_regex_scratch_set_limit(plaudit_regex_scratch *_Nonnull scratch, uint32_t matchLimit);

/// The span of a capture group after a match; 1, or 0 when the group took no part.
/// Cannot allocate: reads two words of the match data. Groups 0...PLAUDIT_REGEX_GROUP_MAX are kept.
PLAUDIT_TRUSTED
int plaudit_regex_group(const plaudit_regex_scratch *_Nonnull scratch, uint32_t group, size_t *_Nonnull spanStart,
                        size_t *_Nonnull spanEnd);

enum { PLAUDIT_REGEX_GROUP_MAX = 15 };

#endif
