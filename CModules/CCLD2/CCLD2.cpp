#include "CCLD2.h"

// compact_lang_det.h uses FILE without saying so.
#include <cstdio>
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <cstring>
#include <memory>
#include <new>

#include "Arena.h"
#include "Grams.h"
#include "Tables.h"

static_assert(PLAUDIT_CLD2_ENGLISH == CLD2::ENGLISH && PLAUDIT_CLD2_JAPANESE == CLD2::JAPANESE &&
                  PLAUDIT_CLD2_RUSSIAN == CLD2::RUSSIAN && PLAUDIT_CLD2_CHINESE == CLD2::CHINESE &&
                  PLAUDIT_CLD2_UNKNOWN == CLD2::UNKNOWN_LANGUAGE && PLAUDIT_CLD2_BULGARIAN == CLD2::BULGARIAN &&
                  PLAUDIT_CLD2_SERBIAN == CLD2::SERBIAN && PLAUDIT_CLD2_UKRAINIAN == CLD2::UKRAINIAN &&
                  PLAUDIT_CLD2_MACEDONIAN == CLD2::MACEDONIAN,
              "the header repeats CLD2's numbers, so that Swift sees them without C++");

// libcld2_full holds nothing but tables, which take the place of the small ones in libcld2 when it comes first in the
// link order. Naming one of them here keeps the library even under a linker that drops what nobody asks for.
extern "C" const void *const plaudit_cld2_full_tables = &CLD2::kQuad_obj;

// MARK: The library's own way

static void copy(PlauditLanguages *languages, int target, int source) {
    languages->language[target] = languages->language[source];
    languages->percent[target] = languages->percent[source];
    languages->score[target] = languages->score[source];
}

static void ask_library(const uint8_t *text, size_t byteCount, void *arena, size_t arenaByteCount,
                        PlauditLanguages *languages, PlauditArenaUse *use) {
    static const CLD2::CLDHints noHints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language found[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE};
    int percent[3] = {0, 0, 0};
    double score[3] = {0, 0, 0};
    int textByteCount = 0;
    bool isReliable = false;

    plaudit::arena_begin(arena, arenaByteCount);
    CLD2::ExtDetectLanguageSummary(reinterpret_cast<const char *>(text), static_cast<int>(byteCount), true, &noHints,
                                   CLD2::kCLDFlagBestEffort, found, percent, score, nullptr, &textByteCount,
                                   &isReliable);
    plaudit::arena_end(use);

    // What CLD2 calls unknown may come first; only languages are passed on, in the order of their shares.
    int count = 0;
    for (int index = 0; index < 3; index++) {
        if (found[index] == CLD2::UNKNOWN_LANGUAGE || percent[index] <= 0) continue;
        int place = count++;
        for (; place > 0 && languages->percent[place - 1] < percent[index]; place--) copy(languages, place, place - 1);
        languages->language[place] = static_cast<uint16_t>(found[index]);
        languages->percent[place] = static_cast<uint8_t>(percent[index] > 100 ? 100 : percent[index]);
        double bounded = score[index] < 0 ? 0 : (score[index] > 65535 ? 65535 : score[index]);
        languages->score[place] = static_cast<uint16_t>(bounded);
    }
    for (; count < 3; count++) {
        languages->language[count] = CLD2::UNKNOWN_LANGUAGE;
        languages->percent[count] = 0;
        languages->score[count] = 0;
    }
}

// MARK: The C face

extern "C" void plaudit_cld2_identify(const uint8_t *text, size_t byteCount, void *arena, size_t arenaByteCount,
                                      PlauditLanguages *languages, PlauditArenaUse *use) {
    void *place = arena;
    size_t room = arenaByteCount;
    if (std::align(alignof(plaudit::GramMemory), sizeof(plaudit::GramMemory), place, room)) {
        *use = {sizeof(plaudit::GramMemory), 0, 0};
        // Nothing is cleared: what is read was written for this text.
        if (plaudit::tell_by_grams(text, byteCount, *new (place) plaudit::GramMemory, languages)) return;
    }
    ask_library(text, byteCount, arena, arenaByteCount, languages, use);
}

extern "C" int plaudit_cld2_has_full_tables(void *arena, size_t arenaByteCount) {
    // Article 1 of the Universal Declaration of Human Rights in Zulu.
    static const char sentence[] =
        "Bonke abantu bazalwa bekhululekile belingana ngesithunzi nangamalungelo. Bahlanganiswe wumcabango nangunembeza "
        "futhi kufanele baphathane ngomoya wobunye.";
    uint8_t text[sizeof sentence + PLAUDIT_CLD2_PADDING] = {0};
    std::memcpy(text, sentence, sizeof sentence - 1);
    PlauditLanguages languages;
    PlauditArenaUse use;
    plaudit_cld2_identify(text, sizeof sentence - 1, arena, arenaByteCount, &languages, &use);
    return plaudit_cld2_full_tables && languages.language[0] == CLD2::ZULU;
}

extern "C" int plaudit_cld2_language_count(void) { return CLD2::NUM_LANGUAGES; }

extern "C" const char *plaudit_cld2_code(int language) {
    if (language < 0 || language >= CLD2::NUM_LANGUAGES) return "";
    return CLD2::LanguageCode(static_cast<CLD2::Language>(language));
}
