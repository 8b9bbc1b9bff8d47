// Writes CModules/CTextFold/CTextFoldTables.c: what every Unicode scalar folds to before safety lists are matched, and
// which scalars form words. Run by script/generate-text-fold when the tables' rules or ICU's Unicode version change;
// never part of a build, so the product does not link ICU and starts without computing anything.
//
// The fold of a scalar, in this order:
//   1. NFKC_Casefold: compatibility forms (full width, mathematical, circled, ligatures) to plain ones, case folded,
//      default-ignorable characters (zero-width, soft hyphen, variation selectors, tags) removed;
//   2. full decomposition, so that composed and decomposed spellings agree without composing at run time
//      (Hangul is the exception: syllables stay, and the fold composes loose jamo);
//   3. marks that writers leave out or put on at will removed: those shared between scripts (accents, Arabic harakat),
//      Hebrew points, Arabic annotation signs, and the Arabic tatweel. Marks of Indic and South-East Asian scripts and
//      the kana voicing marks are letters in all but name, and stay;
//   4. decimal digits of all scripts to 0...9, spaces to the space, dashes to '-', quotation marks to ' and ";
//   5. letters that look like ASCII letters to those letters (see `lookalike`).
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/uversion.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

using icu::Normalizer2;
using icu::UnicodeString;

namespace {

constexpr UChar32 scalarCount = 0x110000;
constexpr int blockShift = 7;

void require(UErrorCode error, const char *what) {
    if (U_FAILURE(error)) {
        fprintf(stderr, "%s: %s\n", what, u_errorName(error));
        exit(1);
    }
}

UScriptCode scriptOf(UChar32 scalar) {
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(scalar, &error);
    require(error, "uscript_getScript");
    return script;
}

bool isMark(UChar32 scalar) { return (U_GET_GC_MASK(scalar) & U_GC_M_MASK) != 0; }
bool isLetter(UChar32 scalar) { return (U_GET_GC_MASK(scalar) & U_GC_L_MASK) != 0; }

/// Marks that may be left out or piled up without changing the word.
bool isStripped(UChar32 scalar) {
    if (scalar == 0x0640) return true;  // Arabic tatweel stretches a word.
    if (scalar == 0x3099 || scalar == 0x309A) return false;  // Kana voicing: another letter.
    if ((U_GET_GC_MASK(scalar) & (U_GC_MN_MASK | U_GC_ME_MASK)) == 0) return false;
    switch (scriptOf(scalar)) {
        case USCRIPT_INHERITED: case USCRIPT_COMMON: case USCRIPT_LATIN: case USCRIPT_GREEK: case USCRIPT_CYRILLIC:
        case USCRIPT_HEBREW: case USCRIPT_ARABIC:
            return true;
        default: return false;
    }
}

/// Scripts whose letters do not stand in for Latin ones: right to left, without spaces, or Indic, where the likeness is
/// of a single sign that nobody reads as part of a Latin word, and where folding would blur the script's own words.
bool keepsItsLetters(UScriptCode script) {
    switch (script) {
        case USCRIPT_LATIN: case USCRIPT_GREEK: case USCRIPT_CYRILLIC: case USCRIPT_ARMENIAN: case USCRIPT_COPTIC:
        case USCRIPT_CHEROKEE: case USCRIPT_LISU: case USCRIPT_DESERET: case USCRIPT_GOTHIC: case USCRIPT_GEORGIAN:
        case USCRIPT_CANADIAN_ABORIGINAL: case USCRIPT_RUNIC: case USCRIPT_OLD_ITALIC: case USCRIPT_OSAGE:
        case USCRIPT_ELBASAN: case USCRIPT_CARIAN: case USCRIPT_LYCIAN: case USCRIPT_WARANG_CITI: case USCRIPT_MIAO:
        case USCRIPT_COMMON: case USCRIPT_INHERITED:
            return false;
        default: return true;
    }
}

/// The letter in names such as LATIN SMALL LETTER O WITH STROKE that begin with one of the prefixes, or 0.
char letterInName(UChar32 scalar, const std::vector<std::string> &prefixes) {
    char name[128];
    UErrorCode error = U_ZERO_ERROR;
    u_charName(scalar, U_UNICODE_CHAR_NAME, name, sizeof name, &error);
    require(error, "u_charName");
    std::string text = name;
    for (const std::string &prefix : prefixes) {
        if (text.compare(0, prefix.size(), prefix) != 0) continue;
        std::string rest = text.substr(prefix.size());
        bool isOneLetter = rest.size() == 1 || rest.compare(1, 6, " WITH ") == 0;
        if (isOneLetter && rest[0] >= 'A' && rest[0] <= 'Z') return char(rest[0] - 'A' + 'a');
    }
    return 0;
}

/// What a small capital is the capital of: the skeletons of Cyrillic letters often end there.
const std::vector<std::string> smallCapitals = {"LATIN LETTER SMALL CAPITAL "};
/// Characters that are an ASCII letter with something added or done to it.
const std::vector<std::string> variants = {
    "LATIN SMALL LETTER ", "LATIN SMALL LETTER OPEN ", "LATIN SMALL LETTER TURNED ", "LATIN CAPITAL LETTER ",
    "LATIN LETTER SMALL CAPITAL ", "NEGATIVE CIRCLED LATIN CAPITAL LETTER ", "NEGATIVE SQUARED LATIN CAPITAL LETTER ",
    "REGIONAL INDICATOR SYMBOL LETTER "};

/// ICU's confusable skeleton without its marks, in lower case. The skeleton of `m` is `rn`, which is undone here.
std::string skeleton(USpoofChecker *checker, const Normalizer2 *decomposer, UChar32 scalar) {
    UErrorCode error = U_ZERO_ERROR;
    UnicodeString skeleton, decomposed;
    uspoof_getSkeletonUnicodeString(checker, 0, UnicodeString(scalar), skeleton, &error);
    require(error, "uspoof_getSkeleton");
    decomposer->normalize(skeleton, decomposed, error);
    require(error, "NFKD of a skeleton");
    UnicodeString kept;
    for (int32_t index = 0; index < decomposed.length(); index = decomposed.moveIndex32(index, 1)) {
        UChar32 part = decomposed.char32At(index);
        if (!isStripped(part)) kept.append(part);
    }
    if (kept == UnicodeString(u"rn")) kept = UnicodeString(u"m");
    if (kept.countChar32() == 1 && kept.char32At(0) >= 0x80) {
        if (char letter = letterInName(kept.char32At(0), smallCapitals)) kept = UnicodeString(UChar32(letter));
    }
    std::string bytes;
    kept.toLower().toUTF8String(bytes);
    return bytes;
}

bool isLetters(const std::string &text) {
    for (char byte : text) if (byte < 'a' || byte > 'z') return false;
    return !text.empty();
}

/// The ASCII letters that a case-folded letter looks like, or nothing. Its own shape decides; where that has no ASCII
/// double, its capital's does (Cyrillic te looks like `T` only as a capital), since the reader sees both. Two letters
/// for one (a ligature) are accepted from the Latin script alone.
std::string lookalike(USpoofChecker *checker, const Normalizer2 *decomposer, UChar32 scalar) {
    if (char letter = letterInName(scalar, variants)) return std::string(1, letter);
    UScriptCode script = scriptOf(scalar);
    if (!isLetter(scalar) || keepsItsLetters(script)) return "";
    for (UChar32 shape : {scalar, u_toupper(scalar)}) {
        std::string text = skeleton(checker, decomposer, shape);
        if (isLetters(text) && (text.size() == 1 || script == USCRIPT_LATIN)) return text;
    }
    return "";
}

struct Folder {
    const Normalizer2 *casefolder, *decomposer, *composer;
    USpoofChecker *checker;

    UnicodeString foldPart(UChar32 part) const {
        if (part < 0x80) return UnicodeString(u_tolower(part));
        if (isStripped(part)) return UnicodeString();
        uint32_t category = U_GET_GC_MASK(part);
        if (category & U_GC_ND_MASK) return UnicodeString(UChar32('0' + u_charDigitValue(part)));
        if (category & U_GC_Z_MASK) return UnicodeString(UChar32(' '));
        if (category & U_GC_PD_MASK) return UnicodeString(UChar32('-'));
        if (part >= 0x2018 && part <= 0x201B) return UnicodeString(UChar32('\''));
        if (part >= 0x201C && part <= 0x201F) return UnicodeString(UChar32('"'));
        std::string letters = lookalike(checker, decomposer, part);
        return letters.empty() ? UnicodeString(part) : UnicodeString::fromUTF8(letters);
    }

    UnicodeString fold(UChar32 scalar) const {
        // Raised word marks (trade mark, service mark) end a word; their letters are not part of it.
        bool isWordMark = scalar == 0x2120 || scalar == 0x2122 || (scalar >= 0x1F16A && scalar <= 0x1F16C);
        if (isWordMark || !u_isdefined(scalar) || u_charType(scalar) == U_PRIVATE_USE_CHAR) {
            bool isRemoved = !isWordMark && u_hasBinaryProperty(scalar, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
            if (!isRemoved) return UnicodeString(scalar);
        }
        UErrorCode error = U_ZERO_ERROR;
        UnicodeString folded, decomposed, parts, composed;
        casefolder->normalize(UnicodeString(scalar), folded, error);
        // A variant of a letter that has lost its look to the normalisation: the lunate sigma reads as c, not as sigma.
        UChar32 lowercase = u_tolower(scalar);
        UChar32 normal = folded.char32At(0);
        if (isLetter(scalar) && folded.countChar32() == 1 && normal >= 0x80 && normal != lowercase) {
            std::string letters = lookalike(checker, decomposer, lowercase);
            if (!letters.empty()) return UnicodeString::fromUTF8(letters);
        }
        decomposer->normalize(folded, decomposed, error);
        require(error, "normalisation");
        bool hasJamo = false;
        for (int32_t index = 0; index < decomposed.length(); index = decomposed.moveIndex32(index, 1)) {
            UChar32 part = decomposed.char32At(index);
            hasJamo = hasJamo || (part >= 0x1100 && part <= 0x11FF);
            parts.append(foldPart(part));
        }
        if (!hasJamo) return parts;
        composer->normalize(parts, composed, error);
        require(error, "composition");
        return composed;
    }
};

template <typename Value> struct TwoStage {
    std::vector<unsigned> blocks;
    std::vector<Value> values;

    explicit TwoStage(const std::vector<Value> &flat) {
        std::map<std::vector<Value>, unsigned> known;
        for (size_t start = 0; start < flat.size(); start += 1 << blockShift) {
            std::vector<Value> block(flat.begin() + start, flat.begin() + start + (1 << blockShift));
            auto [place, isNew] = known.emplace(block, unsigned(known.size()));
            if (isNew) values.insert(values.end(), block.begin(), block.end());
            blocks.push_back(place->second);
        }
    }
};

template <typename Value> void printArray(const char *type, const char *name, const std::vector<Value> &values) {
    printf("\nconst %s %s[%zu] = {", type, name, values.size());
    size_t column = 120;
    for (Value value : values) {
        std::string text = std::to_string(value) + ",";
        if (column + text.size() > 118) {
            printf("\n");
            column = 0;
        }
        printf("%s", text.c_str());
        column += text.size();
    }
    printf("\n};\n");
}

/// The table value of a fold: see CTextFold.h for the coding.
uint16_t code(const UnicodeString &folded, UChar32 scalar, std::map<std::string, uint16_t> &places,
              std::vector<uint8_t> &pool) {
    if (folded.isEmpty()) return 1;
    UChar32 first = folded.char32At(0);
    if (folded.countChar32() == 1) {
        if (first > 1 && first < 0x80) return uint16_t(first);
        if (first >= 0x1161 && first <= 0x1175) return uint16_t(0x80 + first - 0x1161);
        if (first >= 0x11A8 && first <= 0x11C2) return uint16_t(0x95 + first - 0x11A8);
        if (first == scalar) return 0;
    }
    std::string bytes;
    folded.toUTF8String(bytes);
    auto [place, isNew] = places.emplace(bytes, uint16_t(0x100 + pool.size()));
    if (isNew) {
        pool.push_back(uint8_t(bytes.size()));
        pool.insert(pool.end(), bytes.begin(), bytes.end());
        if (pool.size() + 0x100 > 0xFFFF) {
            fprintf(stderr, "the replacements no longer fit 16-bit offsets\n");
            exit(1);
        }
    }
    return place->second;
}

/// Whether Unicode gave the scalar its present part in words after version 7, or has not given it any yet: Vectorscan's
/// tables are that old. The ranges are older signs that have since become letters, or marks instead of letters.
bool isRecent(UChar32 scalar) {
    UVersionInfo age;
    u_charAge(scalar, age);
    if (age[0] > 7 || age[0] == 0) return true;
    return scalar == 0x1885 || scalar == 0x1886                        // Mongolian Baluda marks
        || (scalar >= 0x19B0 && scalar <= 0x19C9)                      // New Tai Lue vowel signs and tone marks
        || scalar == 0x1CF2 || scalar == 0x1CF3;                       // Vedic Ardhavisarga signs
}

/// 1 letter, digit or mark; 2 mark; 4 of a script written without spaces; 8 recent.
uint8_t category(UChar32 scalar) {
    uint8_t bits = isRecent(scalar) ? 8 : 0;
    if ((U_GET_GC_MASK(scalar) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) == 0) return bits;
    bits |= isMark(scalar) ? 3 : 1;
    for (UScriptCode script : {USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_THAI, USCRIPT_LAO,
                               USCRIPT_KHMER, USCRIPT_MYANMAR}) {
        if (uscript_hasScript(scalar, script)) bits |= 4;
    }
    return bits;
}

}  // namespace

int main() {
    UErrorCode error = U_ZERO_ERROR;
    Folder folder;
    folder.casefolder = Normalizer2::getNFKCCasefoldInstance(error);
    folder.decomposer = Normalizer2::getNFKDInstance(error);
    folder.composer = Normalizer2::getNFCInstance(error);
    folder.checker = uspoof_open(&error);
    require(error, "opening ICU");

    std::vector<uint16_t> folds(scalarCount, 0);
    std::vector<uint8_t> categories(scalarCount, 0), pool;
    std::map<std::string, uint16_t> places;
    double expansionMax = 1;
    for (UChar32 scalar = 0; scalar < scalarCount; scalar += 1) {
        if (U_IS_SURROGATE(scalar)) continue;
        categories[scalar] = category(scalar);
        if (scalar < 0x80) continue;
        UnicodeString folded = folder.fold(scalar);
        folds[scalar] = code(folded, scalar, places, pool);
        std::string bytes;
        folded.toUTF8String(bytes);
        double expansion = double(bytes.size()) / U8_LENGTH(scalar);
        if (expansion > expansionMax) expansionMax = expansion;
    }
    if (expansionMax > 11) {
        fprintf(stderr, "a fold grows %.2f times: raise PLAUDIT_FOLD_EXPANSION_MAX\n", expansionMax);
        return 1;
    }
    uspoof_close(folder.checker);
    // Replacements are copied in words of eight bytes, the last one included.
    pool.insert(pool.end(), 8, 0);
    TwoStage<uint16_t> fold(folds);
    TwoStage<uint8_t> words(categories);
    if (words.blocks.size() != fold.blocks.size()) return 1;
    printf("// Generated by script/generate-text-fold from ICU %s (Unicode %s). Do not edit: change the generator.\n",
           U_ICU_VERSION, U_UNICODE_VERSION);
    printf("#include \"CTextFold.h\"\n");
    printArray("uint16_t", "plaudit_fold_blocks", fold.blocks);
    printArray("uint16_t", "plaudit_fold_values", fold.values);
    printArray("uint8_t", "plaudit_fold_replacements", pool);
    printArray("uint16_t", "plaudit_word_blocks", words.blocks);
    printArray("uint8_t", "plaudit_word_values", words.values);
    fprintf(stderr, "fold: %zu values, %zu replacement bytes, grows %.2f times at most; words: %zu values\n",
            fold.values.size(), pool.size(), expansionMax, words.values.size());
    return 0;
}
