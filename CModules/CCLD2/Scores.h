// What the languages of a script score over a stretch of text.
#ifndef PLAUDIT_CCLD2_SCORES_H
#define PLAUDIT_CCLD2_SCORES_H

#include <cstdint>
#include <cstring>

#include "Tables.h"

namespace plaudit {

/// A sum for each language, by CLD2's number of it within the script. It holds up to `entryCountMax` entries.
class Scores {
  public:
    static constexpr int entryCountMax = INT16_MAX / entryScoreMax;

    void clear() noexcept { std::memset(sums, 0, sizeof sums); }

    void add(const Table &table, std::uint32_t entry) noexcept {
        const std::uint32_t *languages = languages_of(table, entry);
        add(languages[0]);
        if (entry >= table.kCLDTableSizeOne) add(languages[1]);
    }

    int operator[](int language) const noexcept { return sums[language]; }

    /// The language with the highest sum, the one of the lowest number among equals; 0 when there is none.
    int best() noexcept {
        // Numbers that a table leaves open.
        sums[0] = 0;
        const Vector *vectors = reinterpret_cast<const Vector *>(sums);
        Vector most = vectors[0];
        for (int index = 1; index < vectorCount; index++) most = vectors[index] > most ? vectors[index] : most;
        std::int16_t highest = 0;
        for (int lane = 0; lane < laneCount; lane++) highest = most[lane] > highest ? most[lane] : highest;
        if (highest == 0) return 0;
        int index = 0;
        while (!holds(vectors[index], highest)) index++;
        int language = index * laneCount;
        while (sums[language] != highest) language++;
        return language;
    }

    void leave_out(int language) noexcept { sums[language] = 0; }

  private:
    typedef std::int16_t Vector __attribute__((vector_size(16), may_alias));
    static constexpr int laneCount = 8;
    static constexpr int vectorCount = 256 / laneCount;

    static bool holds(Vector vector, std::int16_t value) noexcept {
        Vector equal = vector == Vector{} + value;
        std::uint64_t halves[2];
        std::memcpy(halves, &equal, sizeof halves);
        return (halves[0] | halves[1]) != 0;
    }

    /// Three languages and, in the lowest byte, the place of their three scores.
    void add(std::uint32_t languages) noexcept {
        const CLD2::uint8 *scores = CLD2::LgProb2TblEntry(static_cast<int>(languages & 0xFF)) + 5;
        add(languages >> 8 & 0xFF, scores[0]);
        add(languages >> 16 & 0xFF, scores[1]);
        add(languages >> 24, scores[2]);
    }

    void add(std::uint32_t language, int score) noexcept {
        sums[language] = static_cast<std::int16_t>(sums[language] + score);
    }

    alignas(16) std::int16_t sums[256];
};

}

#endif
