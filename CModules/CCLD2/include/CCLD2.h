// The Compact Language Detector 2 behind a C face, without heap allocation: its tables by ways of our own (Grams.h), and the
// whole library for scripts of which those know nothing.
//
// CLD2 is C++ and takes about 175 KB from operator new in every call. CCLD2.cpp replaces operator new and delete for the
// whole process: while a thread is inside plaudit_cld2_identify they serve from the arena of that call, in every other
// place from malloc, as the standard ones do.
#ifndef PLAUDIT_CCLD2_H
#define PLAUDIT_CCLD2_H

#include <stddef.h>
#include <stdint.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// Zero bytes that must be readable behind a text: CLD2 reads past the end of its buffer.
#define PLAUDIT_CLD2_PADDING 64

/// What CLD2 says about a text: its three foremost languages, largest share first, none that it calls unknown.
typedef struct {
    /// CLD2's numbers; see plaudit_cld2_code.
    uint16_t language[3];
    /// Share of the text's letters, 0...100; 0 when there is no such language.
    uint8_t percent[3];
    /// How much the text looks like ordinary text of the language: about 1,000 for prose, far less for a language that
    /// CLD2 took for want of a better one.
    uint16_t score[3];
} PlauditLanguages;

/// What the arena of one call was used for.
typedef struct {
    /// The most bytes that were taken at once, headers included.
    size_t peakByteCount;
    /// Allocations that did not fit and went to malloc; 0 unless the arena is too small.
    uint32_t fallbackCount;
    /// Blocks still held when CLD2 returned; 0, since nothing may outlive the arena.
    uint32_t heldCount;
} PlauditArenaUse;

/// Identifies the languages of a valid UTF-8 text behind which PLAUDIT_CLD2_PADDING zero bytes lie.
/// Cannot allocate while the arena suffices: it holds what our own ways need, and CLD2's only way to memory is operator
/// new, which the arena serves here.
PLAUDIT_TRUSTED void plaudit_cld2_identify(const uint8_t *_Nonnull text, size_t byteCount, void *_Nonnull arena,
                                           size_t arenaByteCount, PlauditLanguages *_Nonnull languages,
                                           PlauditArenaUse *_Nonnull use);

/// 1 when CLD2 works with its full tables: Zulu is in them and not in the small ones that `-lcld2` alone brings.
int plaudit_cld2_has_full_tables(void *_Nonnull arena, size_t arenaByteCount);

/// How many numbers for languages there are, used or not.
int plaudit_cld2_language_count(void);
/// CLD2's code of a language, mostly ISO 639-1; empty for a number that is not used.
/// Cannot allocate: it looks the code up in a table of the library.
PLAUDIT_TRUSTED const char *_Nonnull plaudit_cld2_code(int language);

/// The languages that the text around CLD2 has something to say about.
enum {
    PLAUDIT_CLD2_ENGLISH = 0,
    PLAUDIT_CLD2_JAPANESE = 8,
    PLAUDIT_CLD2_RUSSIAN = 13,
    PLAUDIT_CLD2_CHINESE = 16,
    PLAUDIT_CLD2_UNKNOWN = 26,
    PLAUDIT_CLD2_BULGARIAN = 27,
    PLAUDIT_CLD2_SERBIAN = 29,
    PLAUDIT_CLD2_UKRAINIAN = 34,
    PLAUDIT_CLD2_MACEDONIAN = 36,
};

/// 1 when the arena serves CLD2 in this build; 0 under a sanitizer, which brings its own operator new.
int plaudit_cld2_uses_arena(void);

#ifdef __cplusplus
}
#endif
#endif
