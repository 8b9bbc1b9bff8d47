// The languages of a text, added up from its stretches.
#ifndef PLAUDIT_CCLD2_TALLY_H
#define PLAUDIT_CCLD2_TALLY_H

#include <cstdint>

#include <cld2/internal/lang_script.h>

#include "CCLD2.h"

namespace plaudit {

/// Bytes and scores by language. Of more languages than CLD2 counts, the later ones are left out, as CLD2 does.
class Tally {
  public:
    void add(int language, int byteCount, int score) noexcept {
        Share *share = shares;
        while (share < shares + count && share->language != language) share++;
        if (share == shares + countMax) return;
        if (share == shares + count) shares[count++] = {language, 0, 0};
        share->byteCount += byteCount;
        share->score += score;
    }

    bool is_empty() const noexcept { return count == 0; }

    /// Languages that CLD2 takes for each other, such as Czech and Slovak, count as the foremost of them.
    void join_close_ones() noexcept {
        for (Share *main = shares; main < shares + count; main++) {
            int set = close_set(*main);
            if (set == 0) continue;
            for (Share *other = shares; other < shares + count; other++) {
                if (other == main || close_set(*other) != set || other->byteCount > main->byteCount) continue;
                main->byteCount += other->byteCount;
                main->score += other->score;
                other->byteCount = 0;
                other->score = 0;
            }
        }
    }

    /// Takes the three foremost out, their shares as those of a text of so many bytes.
    void take_foremost(int textByteCount, PlauditLanguages *languages) noexcept {
        for (int place = 0; place < 3; place++) {
            Share most = {PLAUDIT_CLD2_UNKNOWN, 0, 0};
            Share *source = &most;
            for (Share *share = shares; share < shares + count; share++) {
                if (share->byteCount > source->byteCount) source = share;
            }
            std::int64_t score = source->byteCount == 0 ? 0 : std::int64_t(1024) * source->score / source->byteCount;
            languages->language[place] = static_cast<std::uint16_t>(source->byteCount == 0 ? PLAUDIT_CLD2_UNKNOWN : source->language);
            languages->percent[place] = static_cast<std::uint8_t>(source->byteCount == 0 ? 0 : 100 * source->byteCount / textByteCount);
            languages->score[place] = static_cast<std::uint16_t>(score > UINT16_MAX ? UINT16_MAX : score);
            source->byteCount = 0;
        }
    }

  private:
    struct Share {
        int language;
        int byteCount;
        int score;
    };
    static constexpr int countMax = 24;

    static int close_set(const Share &share) noexcept {
        return CLD2::LanguageCloseSet(static_cast<CLD2::Language>(share.language));
    }

    Share shares[countMax];
    int count = 0;
};

}

#endif
