// simdjson's DOM parser as the data plane uses it: one parser a worker, its memory set aside before the first text.
// Swift walks the parser's tape itself, so that a JSON value of a thousand nodes costs one C call and not a thousand.
#ifndef PLAUDIT_CSIMDJSON_H
#define PLAUDIT_CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// A parser with its tape and string buffer.
typedef struct plaudit_json_parser plaudit_json_parser;

/// Readable bytes that must lie behind every text handed to `plaudit_json_parse`. What they hold decides nothing.
enum { PLAUDIT_JSON_PADDING = 64 };

/// What a parse came to. The library's own codes, reduced to what a message can say differently.
enum {
    PLAUDIT_JSON_OK = 0,
    /// Nothing but white space.
    PLAUDIT_JSON_EMPTY = 1,
    /// Brackets, commas, colons or quotes are out of place, or the text ends too early or goes on after the value.
    PLAUDIT_JSON_STRUCTURE = 2,
    /// A string without an end, with a raw control character or with a wrong escape.
    PLAUDIT_JSON_STRING = 3,
    PLAUDIT_JSON_NUMBER = 4,
    /// A word that is not true, false or null.
    PLAUDIT_JSON_LITERAL = 5,
    PLAUDIT_JSON_UTF8 = 6,
    /// Deeper than the depth limit.
    PLAUDIT_JSON_DEPTH = 7,
    /// Longer than the capacity.
    PLAUDIT_JSON_CAPACITY = 8,
    PLAUDIT_JSON_OTHER = 9,
};

/// Where the parsed value lies: simdjson's documented tape, valid until the next parse of the same parser.
typedef struct {
    const uint64_t *_Nullable tape;
    const uint8_t *_Nullable strings;
    size_t tapeWordCount;
    size_t stringByteCount;
} plaudit_json_tape;

/// A parser for texts up to `byteCountMax` bytes and `depthMax` levels; NULL when there is no memory. Set-up only.
plaudit_json_parser *_Nullable plaudit_json_parser_make(size_t byteCountMax, size_t depthMax);
void plaudit_json_parser_free(plaudit_json_parser *_Nullable parser);

/// 1 when the padding behind a text is readable without further ado, since it lies on the page of the text's last byte
/// (no page is smaller than 4 KiB). Cannot allocate: looks at the address only.
PLAUDIT_TRUSTED static inline int plaudit_json_is_padded(const uint8_t *_Nonnull text, size_t byteCount) {
    const uintptr_t pageByteCount = 4096;
    return byteCount > 0 && ((uintptr_t)text + byteCount - 1) % pageByteCount + PLAUDIT_JSON_PADDING < pageByteCount;
}

/// Parses exactly one JSON text. `text` is followed by PLAUDIT_JSON_PADDING readable bytes. Cannot allocate: the text
/// is not copied, its length is checked against the capacity that the parser was made with, and within that capacity
/// simdjson only writes to its own tape, string buffer and index. No exception is compiled in.
PLAUDIT_TRUSTED
int plaudit_json_parse(plaudit_json_parser *_Nonnull parser, const uint8_t *_Nonnull text, size_t byteCount,
                       plaudit_json_tape *_Nonnull tape);

/// Whether the bytes are valid UTF-8. Cannot allocate: a pure function over its range, which needs no padding.
PLAUDIT_TRUSTED
int plaudit_validate_utf8(const uint8_t *_Nonnull text, size_t byteCount);

#ifdef __cplusplus
}
#endif
#endif
