// Telling languages by CLD2's tables, without its scanner.
#ifndef PLAUDIT_CCLD2_GRAMS_H
#define PLAUDIT_CCLD2_GRAMS_H

#include <cstddef>
#include <cstdint>

#include "CCLD2.h"
#include "Words.h"

namespace plaudit {

/// What telling the languages of a text takes of memory.
struct GramMemory {
    /// Something that a table knows, and where in the letters of its script it begins.
    struct Hit {
        std::uint32_t entry;
        int offset;
    };
    /// A word to be looked up, and the pair of the word before it and the word; 0 for none.
    struct WordHashes {
        std::uint64_t word, pair;
        int offset;
    };

    Words words;
    /// Where lines begin in the letters of their script.
    int lines[wordCountMax];
    Hit quads[wordTextByteCountMax];
    WordHashes hashes[wordCountMax];
    Hit commonWords[wordCountMax];
    Hit tellingWords[2 * wordCountMax];
};

/// Tells the languages of a valid UTF-8 text behind which zero bytes lie. False, with nothing told, when it is longer than
/// `wordTextByteCountMax` bytes or holds ideographs, kana or Korean, which have tables of another kind.
///
/// As CLD2 does, it takes letters in groups of four, two letters on, and whole words, adds up what the tables say of them over stretches
/// of some fifty letters of one script, and gives each stretch to its best language. Other than CLD2 it takes all words of a
/// script together, though words of another stand between them, and does without corrections at the ends of stretches.
bool tell_by_grams(const std::uint8_t *text, std::size_t byteCount, GramMemory &memory, PlauditLanguages *languages) noexcept;

}

#endif
