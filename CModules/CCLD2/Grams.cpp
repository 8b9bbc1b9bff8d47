#include "Grams.h"

#include <cstring>

#include <cld2/internal/lang_script.h>

#include "Scores.h"
#include "Tally.h"

namespace {

using plaudit::GramMemory;
using plaudit::Scores;
using plaudit::Table;
using plaudit::Tally;
using plaudit::Word;
using plaudit::Words;

/// Groups of four letters in a stretch.
constexpr int stretchQuadCount = 20;
/// The least of them that a stretch of whole lines has.
constexpr int lineQuadCountMin = 8;
/// Words of a stretch that count; it has more only where next to nothing in it is known.
constexpr int stretchWordCountMax = 256;
static_assert(stretchQuadCount * 3 / 2 + 3 * stretchWordCountMax <= Scores::entryCountMax,
              "a stretch's scores fit");
/// A word counts by its first letters.
constexpr int wordLetterCountMax = 8;

/// The hashes before the last one, so that what is repeated at once counts once.
template <typename Hash> class RecentHashes {
  public:
    /// Whether this is none of the last two.
    bool note(Hash hash) noexcept {
        if (hash == recent[0] || hash == recent[1]) return false;
        next ^= 1;
        recent[next] = hash;
        return true;
    }
    /// The one noted before the last, 0 for none.
    Hash previous() const noexcept { return recent[next ^ 1]; }

  private:
    Hash recent[2] = {0, 0};
    int next = 0;
};

const char *behind_letters(const char *letters, int count) noexcept {
    for (; count > 0; count--) letters += CLD2::kAdvanceOneCharButSpace[static_cast<std::uint8_t>(*letters)];
    return letters;
}

template <typename Bytes> Bytes load(const char *letters) noexcept {
    Bytes bytes;
    std::memcpy(&bytes, letters, sizeof bytes);
    return bytes;
}

bool is_ascii(std::uint32_t bytes) noexcept { return (bytes & 0x80808080) == 0; }
bool is_ascii(std::uint64_t bytes) noexcept { return (bytes & 0x8080808080808080) == 0; }

/// `CLD2::QuadHashV2` of up to four bytes: they are most of what is hashed, and the library's is two calls.
std::uint32_t hash_of_four(const char *letters, std::uint32_t bytes, int count) noexcept {
    std::uint32_t spaces = (letters[-1] == ' ' ? 0x4444u : 0u) | (letters[count] == ' ' ? 0x44440000u : 0u);
    bytes &= 0xFFFFFFFFu >> (32 - 8 * count);
    return bytes ^ bytes >> 3 ^ spaces;
}

/// The words of one script. CLD2 waits for each look-up, and most of them miss the processor's near caches, for the tables have 5 MB;
/// here all are asked for before the first is read.
class ScriptGrams {
  public:
    ScriptGrams(int number, GramMemory &scratch) noexcept : script(static_cast<CLD2::ULScript>(number)), memory(scratch) {}

    /// Bytes of the words, each with a space.
    int byteCount = 0;

    void hash_words() noexcept {
        RecentHashes<std::uint32_t> recentQuads;
        RecentHashes<std::uint64_t> recentWords;
        std::uint16_t lastLine = 0;
        for (std::uint16_t index = memory.words.first[script]; index != Words::none;) {
            const Word &word = memory.words.words[index];
            const char *begin = memory.words.letters + word.begin, *end = memory.words.letters + word.end;
            if (lineCount == 0 || word.line != lastLine) memory.lines[lineCount++] = byteCount;
            lastLine = word.line;
            hash_quads(begin, end, recentQuads);
            hash_word(begin, end, recentWords);
            byteCount += word.end - word.begin + 1;
            index = word.next;
        }
    }

    void look_up() noexcept {
        int knownCount = 0;
        for (int index = 0; index < quadCount; index++) {
            const GramMemory::Hit &quad = memory.quads[index];
            keep(CLD2::kQuad_obj, plaudit::quad_entry(quad.entry), quad.offset, memory.quads, knownCount);
        }
        quadCount = knownCount;
        for (int index = 0; index < hashCount; index++) {
            const GramMemory::WordHashes &hashes = memory.hashes[index];
            keep(CLD2::kDeltaOcta_obj, plaudit::word_entry(CLD2::kDeltaOcta_obj, hashes.word), hashes.offset,
                 memory.commonWords, commonCount);
            keep_telling(hashes.pair, hashes.offset);
            keep_telling(hashes.word, hashes.offset);
        }
    }

    /// Tells one stretch after the other. They end with lines, where languages change, if that leaves enough of both sides.
    void tell(Tally &tally) const noexcept {
        Position position;
        int quad = 0;
        for (int line = 1; line < lineCount; line++) {
            int begin = memory.lines[line];
            while (quad < quadCount && memory.quads[quad].offset < begin) quad++;
            if (quad - position.quad < lineQuadCountMin || quadCount - quad < lineQuadCountMin) continue;
            tell_lines(quad, begin, position, tally);
        }
        tell_lines(quadCount, byteCount, position, tally);
    }

  private:
    void hash_quads(const char *letters, const char *end, RecentHashes<std::uint32_t> &recent) noexcept {
        const char *begin = letters;
        while (letters < end) {
            std::uint32_t bytes = load<std::uint32_t>(letters), hash;
            const char *middle, *behind;
            if (is_ascii(bytes)) {
                int count = end - letters < 4 ? static_cast<int>(end - letters) : 4;
                middle = letters + (count < 2 ? count : 2);
                behind = letters + count;
                hash = hash_of_four(letters, bytes, count);
            } else {
                middle = behind_letters(letters, 2);
                behind = behind_letters(middle, 2);
                hash = CLD2::QuadHashV2(letters, static_cast<int>(behind - letters));
            }
            if (recent.note(hash)) {
                memory.quads[quadCount++] = {hash, byteCount + static_cast<int>(letters - begin)};
                __builtin_prefetch(plaudit::bucket(CLD2::kQuad_obj, hash));
            }
            if (behind == end) return;
            // The next group begins two letters on, and not with a vowel.
            letters = middle + CLD2::kAdvanceOneCharSpaceVowel[static_cast<std::uint8_t>(*middle)];
        }
    }

    void hash_word(const char *letters, const char *end, RecentHashes<std::uint64_t> &recent) noexcept {
        // In ASCII the place follows from the word's end, without a look at one letter after the other.
        static_assert(wordLetterCountMax == sizeof(std::uint64_t), "a letter each byte");
        bool isPlain = is_ascii(load<std::uint64_t>(letters));
        const char *behind = !isPlain                          ? behind_letters(letters, wordLetterCountMax)
                             : end - letters < wordLetterCountMax ? end
                                                               : letters + wordLetterCountMax;
        std::uint64_t hash = CLD2::OctaHash40(letters, static_cast<int>(behind - letters));
        if (!recent.note(hash)) return;
        std::uint64_t previous = recent.previous();
        std::uint64_t pair = previous == 0 ? 0 : CLD2::PairHash(previous, hash);
        memory.hashes[hashCount++] = {hash, pair, byteCount};
        __builtin_prefetch(plaudit::bucket(CLD2::kDeltaOcta_obj, hash));
        __builtin_prefetch(plaudit::bucket(CLD2::kDistinctOcta_obj, hash));
        __builtin_prefetch(plaudit::bucket(CLD2::kDistinctOcta_obj, pair));
    }

    static void keep(const Table &table, std::uint32_t entry, int offset, GramMemory::Hit *hits, int &count) noexcept {
        // One that is not known is written over by the next: no guess whether it is.
        hits[count] = {entry, offset};
        count += entry != 0;
        __builtin_prefetch(plaudit::languages_of(table, entry));
    }

    void keep_telling(std::uint64_t hash, int offset) noexcept {
        std::uint32_t entry = hash == 0 ? 0 : plaudit::word_entry(CLD2::kDistinctOcta_obj, hash);
        keep(CLD2::kDistinctOcta_obj, entry, offset, memory.tellingWords, tellingCount);
    }

    /// How much has been told: the next hits of each kind, and where they begin.
    struct Position {
        int quad = 0, common = 0, telling = 0, offset = 0;
    };

    /// Tells what comes before these, in stretches of about equal length.
    void tell_lines(int quadEnd, int end, Position &position, Tally &tally) const noexcept {
        int first = position.quad, count = quadEnd - first;
        int stretchCount = count < stretchQuadCount * 3 / 2 ? 1 : (count + stretchQuadCount / 2) / stretchQuadCount;
        for (int stretch = 1; stretch < stretchCount; stretch++) {
            int next = first + count * stretch / stretchCount;
            tell_stretch(next, memory.quads[next].offset, position, tally);
        }
        tell_stretch(quadEnd, end, position, tally);
    }

    void tell_stretch(int quadEnd, int end, Position &position, Tally &tally) const noexcept {
        Scores scores;
        scores.clear();
        for (; position.quad < quadEnd; position.quad++) scores.add(CLD2::kQuad_obj, memory.quads[position.quad].entry);
        add(CLD2::kDeltaOcta_obj, memory.commonWords, commonCount, stretchWordCountMax, end, position.common, scores);
        add(CLD2::kDistinctOcta_obj, memory.tellingWords, tellingCount, 2 * stretchWordCountMax, end, position.telling, scores);
        while (int best = scores.best()) {
            int language = CLD2::FromPerScriptNumber(script, static_cast<CLD2::uint8>(best));
            if (language != CLD2::UNKNOWN_LANGUAGE) {
                tally.add(language, end - position.offset, scores[best]);
                break;
            }
            // The tables speak of languages that the library has no name for.
            scores.leave_out(best);
        }
        position.offset = end;
    }

    /// Adds the hits from `next` on that begin before `end`, of which `countMax` count.
    static void add(const Table &table, const GramMemory::Hit *hits, int count, int countMax, int end, int &next,
                    Scores &scores) noexcept {
        for (int first = next; next < count && hits[next].offset < end; next++) {
            if (next - first < countMax) scores.add(table, hits[next].entry);
        }
    }

    CLD2::ULScript script;
    GramMemory &memory;
    int lineCount = 0;
    int quadCount = 0;
    int hashCount = 0;
    int commonCount = 0;
    int tellingCount = 0;
};

}

bool plaudit::tell_by_grams(const std::uint8_t *text, std::size_t byteCount, GramMemory &memory,
                            PlauditLanguages *languages) noexcept {
    if (byteCount > wordTextByteCountMax) return false;
    if (memory.words.collect(text, byteCount) != Words::Outcome::collected) return false;
    Tally tally;
    int letterByteCount = 0;
    for (int index = 0; index < memory.words.scriptCount; index++) {
        int script = memory.words.scripts[index];
        CLD2::ULScript number = static_cast<CLD2::ULScript>(script);
        CLD2::ULScriptRType type = CLD2::ULScriptRecognitionType(number);
        if (type == CLD2::RTypeMany) {
            ScriptGrams grams(script, memory);
            grams.hash_words();
            grams.look_up();
            grams.tell(tally);
            letterByteCount += grams.byteCount;
        } else {
            int count = memory.words.byte_count(script);
            // One language writes it; a score of one a byte is what CLD2 gives.
            if (type == CLD2::RTypeOne) tally.add(CLD2::DefaultLanguage(number), count, count);
            letterByteCount += count;
        }
    }
    // Latin text of which nothing is known is called English with next to no score, as by CLD2: told, and not believed.
    if (tally.is_empty() && letterByteCount > 0 && memory.words.scripts[0] == CLD2::ULScript_Latin) {
        tally.add(CLD2::ENGLISH, letterByteCount, 1);
    }
    tally.join_close_ones();
    tally.take_foremost(letterByteCount, languages);
    return true;
}
