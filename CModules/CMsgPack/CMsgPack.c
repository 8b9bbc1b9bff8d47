#include "CMsgPack.h"

#include <msgpack/unpack.h>
#include <msgpack/unpack_define.h>

// msgpack-c's parser is a template over "what to do with a value". Here a value becomes one token on the tape, and the
// object that the template carries around is that token's index.

typedef struct {
    plaudit_token *tape;
    uint32_t count;
    uint32_t capacity;
    uint32_t byteCount;
    int full;       // the tape has no room left
    int overclaimed; // a container claims more values than the body can hold
} tape_user;

#define msgpack_unpack_struct(name) struct plaudit_unpack##name
#define msgpack_unpack_func(result, name) static inline result plaudit_unpack##name
#define msgpack_unpack_callback(name) on##name
#define msgpack_unpack_object uint32_t
#define msgpack_unpack_user tape_user

msgpack_unpack_struct(_context);
static inline void plaudit_unpack_init(msgpack_unpack_struct(_context) * context);
static inline int plaudit_unpack_execute(msgpack_unpack_struct(_context) * context, const char *data, size_t length, size_t *offset);

static inline int push(tape_user *user, uint32_t kind, uint64_t value, uint32_t count, uint32_t *index) {
    if (user->count == user->capacity) {
        user->full = 1;
        return -1;
    }
    *index = user->count++;
    user->tape[*index] = (plaudit_token){.value = value, .count = count, .kind = kind};
    return 0;
}

static inline uint32_t on_root(tape_user *user) { (void)user; return 0; }
static inline int on_nil(tape_user *user, uint32_t *index) { return push(user, PLAUDIT_TOKEN_NIL, 0, 0, index); }
static inline int on_true(tape_user *user, uint32_t *index) { return push(user, PLAUDIT_TOKEN_TRUE, 1, 0, index); }
static inline int on_false(tape_user *user, uint32_t *index) { return push(user, PLAUDIT_TOKEN_FALSE, 0, 0, index); }
static inline int on_uint64(tape_user *user, uint64_t value, uint32_t *index) {
    return push(user, PLAUDIT_TOKEN_UNSIGNED, value, 0, index);
}
static inline int on_uint8(tape_user *user, uint8_t value, uint32_t *index) { return on_uint64(user, value, index); }
static inline int on_uint16(tape_user *user, uint16_t value, uint32_t *index) { return on_uint64(user, value, index); }
static inline int on_uint32(tape_user *user, uint32_t value, uint32_t *index) { return on_uint64(user, value, index); }
static inline int on_int64(tape_user *user, int64_t value, uint32_t *index) {
    return push(user, value < 0 ? PLAUDIT_TOKEN_NEGATIVE : PLAUDIT_TOKEN_UNSIGNED, (uint64_t)value, 0, index);
}
static inline int on_int8(tape_user *user, int8_t value, uint32_t *index) { return on_int64(user, value, index); }
static inline int on_int16(tape_user *user, int16_t value, uint32_t *index) { return on_int64(user, value, index); }
static inline int on_int32(tape_user *user, int32_t value, uint32_t *index) { return on_int64(user, value, index); }
static inline int on_double(tape_user *user, double value, uint32_t *index) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return push(user, PLAUDIT_TOKEN_DOUBLE, bits, 0, index);
}
static inline int on_float(tape_user *user, float value, uint32_t *index) { return on_double(user, value, index); }
// The template hands over no place for bytes of length 0 (the pointer may be NULL): they stand at offset 0 then.
static inline int push_bytes(tape_user *user, uint32_t kind, const char *base, const char *bytes, unsigned int count, uint32_t *index) {
    return push(user, kind, count == 0 ? 0 : (uint64_t)(bytes - base), count, index);
}
static inline int on_str(tape_user *user, const char *base, const char *bytes, unsigned int count, uint32_t *index) {
    return push_bytes(user, PLAUDIT_TOKEN_STRING, base, bytes, count, index);
}
static inline int on_bin(tape_user *user, const char *base, const char *bytes, unsigned int count, uint32_t *index) {
    return push_bytes(user, PLAUDIT_TOKEN_BINARY, base, bytes, count, index);
}
static inline int on_ext(tape_user *user, const char *base, const char *bytes, unsigned int count, uint32_t *index) {
    // The count has the byte of the type in it, so 0 is a claim of 2^32 - 1 bytes that wrapped around in the template.
    if (count == 0) { user->overclaimed = 1; return -1; }
    return push_bytes(user, PLAUDIT_TOKEN_EXTENSION, base, bytes, count, index);
}
// A container that claims more values than the body has bytes ends inside itself: refused at its header, whatever follows.
static inline int on_array(tape_user *user, unsigned int count, uint32_t *index) {
    if (count > user->byteCount) { user->overclaimed = 1; return -1; }
    return push(user, PLAUDIT_TOKEN_ARRAY, (uint64_t)user->count + 1, count, index);
}
static inline int on_map(tape_user *user, unsigned int count, uint32_t *index) {
    if (count > user->byteCount / 2) { user->overclaimed = 1; return -1; }
    return push(user, PLAUDIT_TOKEN_MAP, (uint64_t)user->count + 1, count, index);
}
static inline int on_array_item(tape_user *user, uint32_t *container, uint32_t item) {
    (void)item;
    user->tape[*container].value = user->count;
    return 0;
}
static inline int on_map_item(tape_user *user, uint32_t *container, uint32_t key, uint32_t value) {
    (void)key;
    (void)value;
    user->tape[*container].value = user->count;
    return 0;
}

#include <msgpack/unpack_template.h>

plaudit_parse_outcome plaudit_parse_message(const uint8_t *body, size_t byteCount, plaudit_token *tape, uint32_t capacity) {
    struct plaudit_unpack_context context;
    context.user = (tape_user){.tape = tape, .count = 0, .capacity = capacity, .byteCount = (uint32_t)byteCount, .full = 0, .overclaimed = 0};
    plaudit_unpack_init(&context);
    size_t offset = 0;
    int verdict = PLAUDIT_PARSE_INCOMPLETE;
    if (byteCount > 0) {
        int code = plaudit_unpack_execute(&context, (const char *)body, byteCount, &offset);
        if (code > 0) verdict = offset == byteCount ? PLAUDIT_PARSE_DONE : PLAUDIT_PARSE_TRAILING_BYTES;
        else if (code == 0 || context.user.overclaimed) verdict = PLAUDIT_PARSE_INCOMPLETE;
        else if (context.user.full) verdict = PLAUDIT_PARSE_TOO_MANY_TOKENS;
        else if (code == MSGPACK_UNPACK_NOMEM_ERROR) verdict = PLAUDIT_PARSE_TOO_DEEP;
        else verdict = PLAUDIT_PARSE_MALFORMED;
    }
    return (plaudit_parse_outcome){.verdict = verdict, .tokenCount = context.user.count, .offset = offset};
}
