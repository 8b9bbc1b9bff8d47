// What Unicode scalars fold to before safety lists are matched, and which of them form words: look-ups in generated,
// constant tables (CTextFoldTables.c, written by script/generate-text-fold), so that nothing is computed at start.
#ifndef PLAUDIT_CTEXTFOLD_H
#define PLAUDIT_CTEXTFOLD_H

#include <stddef.h>
#include <stdint.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

enum {
    /// The scalar stays as it is.
    PLAUDIT_FOLD_SAME = 0,
    /// The scalar goes: zero-width, soft hyphen, accents, ...
    PLAUDIT_FOLD_REMOVED = 1,
    // 2...0x7F: that ASCII character.
    /// 0x80...0x94: Hangul vowels and, from 0x95 on, final consonants as jamo, to be joined with the syllable before.
    PLAUDIT_FOLD_VOWEL = 0x80,
    PLAUDIT_FOLD_FINAL = 0x95,
    // 0x100...: a replacement text.
    PLAUDIT_FOLD_TEXT = 0x100,
    /// A text grows at most so many times (by U+FDFA, three bytes that stand for a sentence).
    PLAUDIT_FOLD_EXPANSION_MAX = 11,
};

enum {
    /// A letter, digit or mark.
    PLAUDIT_WORD_CHARACTER = 1,
    /// A mark: belongs to the character before it.
    PLAUDIT_WORD_MARK = 2,
    /// Of a script that writes no spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar.
    PLAUDIT_WORD_UNSPACED = 4,
    /// Known to Unicode only after version 7, or not at all: Vectorscan's Unicode tables may be wrong about it.
    PLAUDIT_WORD_RECENT = 8,
};

extern const uint16_t plaudit_fold_blocks[8704];
extern const uint16_t plaudit_fold_values[];
extern const uint8_t plaudit_fold_replacements[];
extern const uint16_t plaudit_word_blocks[8704];
extern const uint8_t plaudit_word_values[];

// Pure look-ups in constant memory; what is no scalar value gives 0.

PLAUDIT_TRUSTED static inline uint16_t plaudit_fold_value(uint32_t scalar) {
    if (scalar > 0x10FFFF) return PLAUDIT_FOLD_SAME;
    return plaudit_fold_values[(size_t)plaudit_fold_blocks[scalar >> 7] << 7 | (scalar & 127)];
}
/// The bytes of a replacement, of which the first one is their count; `value` is at least PLAUDIT_FOLD_TEXT.
PLAUDIT_TRUSTED static inline const uint8_t *_Nonnull plaudit_fold_replacement(uint16_t value) {
    return plaudit_fold_replacements + (value - PLAUDIT_FOLD_TEXT);
}
PLAUDIT_TRUSTED static inline uint8_t plaudit_word_category(uint32_t scalar) {
    if (scalar > 0x10FFFF) return 0;
    return plaudit_word_values[(size_t)plaudit_word_blocks[scalar >> 7] << 7 | (scalar & 127)];
}

#endif
