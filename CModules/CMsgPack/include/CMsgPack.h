// msgpack-c for the data plane: its parser driven into a caller's token tape, its packer into a caller's buffer.
// Neither path allocates: the parser's state lives on the stack, and both targets are given.
#ifndef PLAUDIT_CMSGPACK_H
#define PLAUDIT_CMSGPACK_H

#include <msgpack/pack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

// ---- reading ----

enum {
    PLAUDIT_TOKEN_NIL = 0,
    PLAUDIT_TOKEN_FALSE = 1,
    PLAUDIT_TOKEN_TRUE = 2,
    PLAUDIT_TOKEN_UNSIGNED = 3,  // value: the integer
    PLAUDIT_TOKEN_NEGATIVE = 4,  // value: the two's complement of a negative integer
    PLAUDIT_TOKEN_DOUBLE = 5,    // value: the bits of a float64 (a float32 is widened)
    PLAUDIT_TOKEN_STRING = 6,    // value: offset in the body, count: bytes
    PLAUDIT_TOKEN_BINARY = 7,    // as STRING
    PLAUDIT_TOKEN_EXTENSION = 8, // as STRING; the first byte is the extension's type
    PLAUDIT_TOKEN_ARRAY = 9,     // count: elements, value: index of the token behind the last one
    PLAUDIT_TOKEN_MAP = 10,      // count: pairs, value: index of the token behind the last one
};

typedef struct {
    uint64_t value;
    uint32_t count;
    uint32_t kind;
} plaudit_token;

enum {
    PLAUDIT_PARSE_DONE = 0,
    PLAUDIT_PARSE_INCOMPLETE = 1,
    PLAUDIT_PARSE_MALFORMED = 2,
    PLAUDIT_PARSE_TOO_DEEP = 3,
    PLAUDIT_PARSE_TOO_MANY_TOKENS = 4,
    PLAUDIT_PARSE_TRAILING_BYTES = 5,
};

typedef struct {
    int32_t verdict;
    uint32_t tokenCount;
    size_t offset;  // where parsing stopped
} plaudit_parse_outcome;

/// Parses exactly one MessagePack value out of `body` into `tape`. String tokens never point outside the body.
PLAUDIT_TRUSTED plaudit_parse_outcome plaudit_parse_message(const uint8_t *_Nonnull body, size_t byteCount,
                                                            plaudit_token *_Nonnull tape, uint32_t capacity);

// ---- writing ----

/// A buffer of fixed capacity. Once a write does not fit, `failed` is set and everything after it is dropped.
typedef struct {
    uint8_t *_Nonnull base;
    size_t capacity;
    size_t count;
    bool failed;
} plaudit_writer;

static inline int plaudit_writer_append(void *_Nonnull context, const char *_Nullable bytes, size_t byteCount) {
    plaudit_writer *writer = (plaudit_writer *)context;
    if (writer->failed || byteCount > writer->capacity - writer->count) {
        writer->failed = true;
        return -1;
    }
    if (byteCount) memcpy(writer->base + writer->count, bytes, byteCount);
    writer->count += byteCount;
    return 0;
}

#define PLAUDIT_PACKER(writer) msgpack_packer packer; msgpack_packer_init(&packer, writer, plaudit_writer_append)

PLAUDIT_TRUSTED static inline void plaudit_write_nil(plaudit_writer *_Nonnull writer) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_nil(&packer);
}
PLAUDIT_TRUSTED static inline void plaudit_write_bool(plaudit_writer *_Nonnull writer, bool value) {
    PLAUDIT_PACKER(writer);
    if (value) msgpack_pack_true(&packer); else msgpack_pack_false(&packer);
}
PLAUDIT_TRUSTED static inline void plaudit_write_unsigned(plaudit_writer *_Nonnull writer, uint64_t value) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_uint64(&packer, value);
}
/// A number in the five bytes of a uint32 whatever its size, so that another can be written over it.
PLAUDIT_TRUSTED static inline void plaudit_write_wide(plaudit_writer *_Nonnull writer, uint32_t value) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_fix_uint32(&packer, value);
}
PLAUDIT_TRUSTED static inline void plaudit_write_signed(plaudit_writer *_Nonnull writer, int64_t value) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_int64(&packer, value);
}
PLAUDIT_TRUSTED static inline void plaudit_write_double(plaudit_writer *_Nonnull writer, double value) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_double(&packer, value);
}
PLAUDIT_TRUSTED static inline void plaudit_write_array(plaudit_writer *_Nonnull writer, size_t count) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_array(&packer, count);
}
PLAUDIT_TRUSTED static inline void plaudit_write_map(plaudit_writer *_Nonnull writer, size_t pairCount) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_map(&packer, pairCount);
}
PLAUDIT_TRUSTED static inline void plaudit_write_string(plaudit_writer *_Nonnull writer, const uint8_t *_Nonnull bytes, size_t byteCount) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_str(&packer, byteCount);
    msgpack_pack_str_body(&packer, bytes, byteCount);
}
PLAUDIT_TRUSTED static inline void plaudit_write_binary(plaudit_writer *_Nonnull writer, const uint8_t *_Nonnull bytes, size_t byteCount) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_bin(&packer, byteCount);
    msgpack_pack_bin_body(&packer, bytes, byteCount);
}
/// A binary of `byteCount` bytes whose content the caller fills in later; the offset of its first byte, zeroed.
PLAUDIT_TRUSTED static inline size_t plaudit_write_binary_space(plaudit_writer *_Nonnull writer, size_t byteCount) {
    PLAUDIT_PACKER(writer);
    msgpack_pack_bin(&packer, byteCount);
    size_t offset = writer->count;
    if (writer->failed || byteCount > writer->capacity - writer->count) {
        writer->failed = true;
        return 0;
    }
    memset(writer->base + offset, 0, byteCount);
    writer->count += byteCount;
    return offset;
}
/// Bytes that are MessagePack already (an echoed identifier).
PLAUDIT_TRUSTED static inline void plaudit_write_raw(plaudit_writer *_Nonnull writer, const uint8_t *_Nonnull bytes, size_t byteCount) {
    plaudit_writer_append(writer, (const char *)bytes, byteCount);
}

#endif
