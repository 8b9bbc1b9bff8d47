// CLD2's tables: letter groups and words by hash, each with the languages that it speaks for.
#ifndef PLAUDIT_CCLD2_TABLES_H
#define PLAUDIT_CCLD2_TABLES_H

#include <cstdint>

#include <cld2/internal/cld2tablesummary.h>
#include <cld2/internal/cldutil_shared.h>

namespace CLD2 {
/// Groups of four letters.
extern const CLD2TableSummary kQuad_obj;
/// Words, by their first eight letters.
extern const CLD2TableSummary kDeltaOcta_obj;
/// Words and pairs of words that tell close languages apart.
extern const CLD2TableSummary kDistinctOcta_obj;
}

namespace plaudit {

using Table = CLD2::CLD2TableSummary;

/// The most that a table says of a language in one entry: two times 12.
constexpr int entryScoreMax = 24;

/// Where a hash may stand.
inline const CLD2::IndirectProbBucket4 *bucket(const Table &table, std::uint64_t hash) noexcept {
    return &table.kCLDTable[static_cast<std::uint32_t>(hash + (hash >> 12)) & (table.kCLDTableSize - 1)];
}

inline std::uint32_t entry_at(const Table &table, const CLD2::IndirectProbBucket4 *bucket, std::uint32_t key) noexcept {
    // All four are compared: leaving at the first that fits is a guess that the processor makes wrong as often as not.
    std::uint32_t mask = table.kCLDTableKeyMask, entry = 0;
    for (int index = 3; index >= 0; index--) {
        std::uint32_t value = bucket->keyvalue[index];
        entry = ((key ^ value) & mask) == 0 ? value & ~mask : entry;
    }
    return entry;
}

/// The entry of four letters, 0 for none.
inline std::uint32_t quad_entry(std::uint32_t hash) noexcept {
    return entry_at(CLD2::kQuad_obj, bucket(CLD2::kQuad_obj, hash), hash);
}

/// The entry of a word, 0 for none.
inline std::uint32_t word_entry(const Table &table, std::uint64_t hash) noexcept {
    return entry_at(table, bucket(table, hash), static_cast<std::uint32_t>(hash >> 4));
}

/// The languages of an entry: a packed three of them, or two such.
inline const std::uint32_t *languages_of(const Table &table, std::uint32_t entry) noexcept {
    std::uint32_t singleCount = table.kCLDTableSizeOne;
    return &table.kCLDTableInd[entry < singleCount ? entry : 2 * entry - singleCount];
}

}

#endif
