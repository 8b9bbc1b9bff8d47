// The words of a text as CLD2's tables want them: letters only, lower case, one space between two words.
#ifndef PLAUDIT_CCLD2_WORDS_H
#define PLAUDIT_CCLD2_WORDS_H

#include <cstddef>
#include <cstdint>

namespace plaudit {

/// The longest text whose words are taken.
constexpr std::size_t wordTextByteCountMax = 4096;
/// Scripts that CLD2 numbers, from 0 for what is no letter.
constexpr int scriptCountMax = 102;
/// Words of a text: each has a letter, and a letter of another script is the first of another word.
constexpr std::size_t wordCountMax = wordTextByteCountMax;

/// A run of letters of one script.
struct Word {
    /// Where its letters lie among `Words::letters`; a space stands before and behind them.
    std::uint16_t begin, end;
    /// Lines of the text that end before it.
    std::uint16_t line;
    /// The next word of the same script, or `Words::none`.
    std::uint16_t next;
};

/// The words of a text by script, each script's in the order of the text.
struct Words {
    static constexpr std::uint16_t none = 0xFFFF;
    /// Bytes that CLD2's hashes may read behind a word.
    static constexpr std::size_t paddingByteCount = 32;

    /// What `collect` found: words that can be looked up, or a text in a script of which this knows nothing.
    enum class Outcome { collected, hasIdeographs };

    /// Takes the words of a valid UTF-8 text of at most `wordTextByteCountMax` bytes.
    Outcome collect(const std::uint8_t *text, std::size_t byteCount) noexcept;

    /// Bytes of the words of a script, each with a space.
    int byte_count(int script) const noexcept;

    /// The scripts in the order in which they appear.
    std::uint8_t scripts[scriptCountMax];
    int scriptCount;
    /// First word of each script, by its number.
    std::uint16_t first[scriptCountMax];

    Word words[wordCountMax];
    int wordCount;
    // No lower-case letter is longer than its capital here, and a word has a space behind it.
    char letters[wordTextByteCountMax + wordCountMax + 1 + paddingByteCount];

  private:
    void open(int wordScript) noexcept;
    void close() noexcept;
    /// Whether a letter of another script belongs to the word that is being collected: a single one, mistyped as in `вiн`.
    bool is_strayed(int letterScript, const std::uint8_t *next, const std::uint8_t *limit) const noexcept;

    std::uint16_t last[scriptCountMax];
    /// The script of the word that is being collected, 0 between words.
    int script;
    std::uint16_t line;
    int end;
};

}

#endif
