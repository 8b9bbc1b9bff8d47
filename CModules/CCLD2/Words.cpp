#include "Words.h"

#include <cstring>

#include <cld2/internal/getonescriptspan.h>
#include <cld2/internal/lang_script.h>

namespace {

using CLD2::ULScript;

bool is_ascii_letter(std::uint8_t byte) noexcept { return static_cast<std::uint8_t>((byte | 0x20) - 'a') < 26; }

constexpr std::uint64_t each(std::uint64_t byte) noexcept { return byte * 0x0101010101010101; }

/// How many of eight bytes come before the first that is no letter of ASCII; the bytes are in lower case if they are letters.
int ascii_letter_count(std::uint64_t bytes, std::uint64_t lowerCase) noexcept {
    // A sum's high bit tells a byte from the limit up; without the high bits none carries into the next.
    std::uint64_t low = lowerCase & each(0x7F);
    std::uint64_t letters = (low + each(0x80 - 'a')) & ~(low + each(0x7F - 'z')) & ~bytes & each(0x80);
    std::uint64_t others = letters ^ each(0x80);
    return others == 0 ? 8 : __builtin_ctzll(others) / 8;
}

/// The lower-case letter of a Latin or Cyrillic one of at most three bytes; never one of more bytes than the letter has.
std::uint32_t lowered(std::uint32_t letter) noexcept {
    bool isOdd = letter & 1;
    if (letter < 0x100) return letter >= 0xC0 && letter <= 0xDE && letter != 0xD7 ? letter + 0x20 : letter;
    if (letter < 0x180) {
        if (letter == 0x130) return 'i';
        if (letter == 0x178) return 0xFF;
        if (letter == 0x138) return letter;
        // Capitals are the even ones of a pair, but in two stretches the odd ones.
        if ((letter >= 0x139 && letter <= 0x148) || letter >= 0x179) return isOdd && letter != 0x17F ? letter + 1 : letter;
        return letter | 1;
    }
    // Letters of Azerbaijani, Vietnamese and Romanian.
    if (letter == 0x18F) return 0x259;
    if (letter == 0x1A0 || (letter >= 0x218 && letter <= 0x21B)) return letter | 1;
    if (letter == 0x1AF) return 0x1B0;
    if (letter >= 0x400 && letter < 0x410) return letter + 0x50;
    if (letter >= 0x410 && letter < 0x430) return letter + 0x20;
    if (letter >= 0x4C1 && letter < 0x4CF) return isOdd ? letter + 1 : letter;
    if ((letter >= 0x460 && letter < 0x482) || (letter >= 0x48A && letter < 0x4C0) || (letter >= 0x4D0 && letter < 0x530)) {
        return letter | 1;
    }
    if (letter >= 0x1E00 && letter < 0x1F00 && (letter < 0x1E96 || letter >= 0x1EA0)) return letter | 1;
    return letter;
}

/// CLD2's number of the script of a letter or mark, 0 for anything else. The commonest ones are told by their first byte.
int script_of(const std::uint8_t *letter) noexcept {
    std::uint8_t lead = letter[0];
    if (lead < 0x80) return is_ascii_letter(lead) ? CLD2::ULScript_Latin : CLD2::ULScript_Common;
    if (lead == 0xC3) return letter[1] == 0x97 || letter[1] == 0xB7 ? 0 : CLD2::ULScript_Latin;  // U+00D7, U+00F7
    if (lead >= 0xC4 && lead <= 0xC8) return CLD2::ULScript_Latin;
    if (lead == 0xD0 || lead == 0xD1) return CLD2::ULScript_Cyrillic;
    return CLD2::GetUTF8LetterScriptNum(reinterpret_cast<const char *>(letter));
}

char *put_lowered(char *target, const std::uint8_t *letter, int byteCount) noexcept {
    if (byteCount > 3) {
        std::memcpy(target, letter, static_cast<std::size_t>(byteCount));
        return target + byteCount;
    }
    std::uint32_t scalar = byteCount == 2 ? (letter[0] & 0x1Fu) << 6 | (letter[1] & 0x3Fu)
                                          : (letter[0] & 0x0Fu) << 12 | (letter[1] & 0x3Fu) << 6 | (letter[2] & 0x3Fu);
    scalar = lowered(scalar);
    if (scalar < 0x80) {
        *target++ = static_cast<char>(scalar);
    } else if (scalar < 0x800) {
        *target++ = static_cast<char>(0xC0 | scalar >> 6);
        *target++ = static_cast<char>(0x80 | (scalar & 0x3F));
    } else {
        *target++ = static_cast<char>(0xE0 | scalar >> 12);
        *target++ = static_cast<char>(0x80 | (scalar >> 6 & 0x3F));
        *target++ = static_cast<char>(0x80 | (scalar & 0x3F));
    }
    return target;
}

}

void plaudit::Words::open(int wordScript) noexcept {
    close();
    script = wordScript;
    words[wordCount] = {static_cast<std::uint16_t>(end), 0, line, none};
    if (first[script] == none) {
        first[script] = static_cast<std::uint16_t>(wordCount);
        scripts[scriptCount++] = static_cast<std::uint8_t>(script);
    } else {
        words[last[script]].next = static_cast<std::uint16_t>(wordCount);
    }
    last[script] = static_cast<std::uint16_t>(wordCount);
}

void plaudit::Words::close() noexcept {
    if (script == 0) return;
    words[wordCount++].end = static_cast<std::uint16_t>(end);
    letters[end++] = ' ';
    script = 0;
}

bool plaudit::Words::is_strayed(int letterScript, const std::uint8_t *next, const std::uint8_t *limit) const noexcept {
    return script != CLD2::ULScript_Common && (next == limit || script_of(next) != letterScript);
}

plaudit::Words::Outcome plaudit::Words::collect(const std::uint8_t *text, std::size_t byteCount) noexcept {
    scriptCount = 0;
    wordCount = 0;
    script = 0;
    line = 0;
    std::memset(first, 0xFF, sizeof first);
    letters[0] = ' ';
    end = 1;
    const std::uint8_t *limit = text + byteCount;
    while (text < limit) {
        std::uint8_t lead = *text;
        if (lead < 0x80) {
            if (is_ascii_letter(lead)) {
                if (script != CLD2::ULScript_Latin && !is_strayed(CLD2::ULScript_Latin, text + 1, limit)) open(CLD2::ULScript_Latin);
                // By a pointer of its own: `end` would be read anew behind each letter, which may be any byte of memory to C++.
                char *target = letters + end;
                int count;
                do {
                    // Behind the text lie zeros, and behind the letters room.
                    std::uint64_t bytes;
                    std::memcpy(&bytes, text, sizeof bytes);
                    std::uint64_t lowerCase = bytes | each(0x20);
                    std::memcpy(target, &lowerCase, sizeof lowerCase);
                    count = ascii_letter_count(bytes, lowerCase);
                    text += count;
                    target += count;
                } while (count == 8 && text < limit);
                end = static_cast<int>(target - letters);
            } else {
                close();
                line += lead == '\n';
                text++;
            }
            continue;
        }
        int letterByteCount = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        int found = script_of(text);
        if (found == CLD2::ULScript_Inherited) found = script;
        if (found == CLD2::ULScript_Hani) return Outcome::hasIdeographs;
        if (found == CLD2::ULScript_Common) {
            close();
        } else {
            if (found != script && !is_strayed(found, text + letterByteCount, limit)) open(found);
            if (found == CLD2::ULScript_Latin || found == CLD2::ULScript_Cyrillic) {
                end = static_cast<int>(put_lowered(letters + end, text, letterByteCount) - letters);
            } else {
                std::memcpy(letters + end, text, static_cast<std::size_t>(letterByteCount));
                end += letterByteCount;
            }
        }
        text += letterByteCount;
    }
    close();
    std::memset(letters + end, 0, paddingByteCount);
    return Outcome::collected;
}

int plaudit::Words::byte_count(int wordScript) const noexcept {
    int byteCount = 0;
    for (std::uint16_t index = first[wordScript]; index != none; index = words[index].next) {
        byteCount += words[index].end - words[index].begin + 1;
    }
    return byteCount;
}
