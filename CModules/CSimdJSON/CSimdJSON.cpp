#include "CSimdJSON.h"

#include <new>
#include <simdjson.h>

static_assert(PLAUDIT_JSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads that far behind a text");

struct plaudit_json_parser {
    simdjson::dom::parser parser;
    size_t byteCountMax;
    size_t stringByteCount;

    explicit plaudit_json_parser(size_t count)
        // Below 32 bytes simdjson rounds a text's length up and would grow to it.
        : parser(count < 32 ? 32 : count), byteCountMax(count),
          // The string buffer's size is simdjson's own formula (document::allocate); it keeps no count of its own.
          stringByteCount(5 * (count < 32 ? 32 : count) / 3 + simdjson::SIMDJSON_PADDING) {}
};

static int reduced(simdjson::error_code code) {
    switch (code) {
    case simdjson::SUCCESS:
        return PLAUDIT_JSON_OK;
    case simdjson::EMPTY:
        return PLAUDIT_JSON_EMPTY;
    case simdjson::TAPE_ERROR:
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
    case simdjson::TRAILING_CONTENT:
        return PLAUDIT_JSON_STRUCTURE;
    case simdjson::STRING_ERROR:
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS:
        return PLAUDIT_JSON_STRING;
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
        return PLAUDIT_JSON_NUMBER;
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
        return PLAUDIT_JSON_LITERAL;
    case simdjson::UTF8_ERROR:
        return PLAUDIT_JSON_UTF8;
    case simdjson::DEPTH_ERROR:
        return PLAUDIT_JSON_DEPTH;
    case simdjson::CAPACITY:
        return PLAUDIT_JSON_CAPACITY;
    default:
        return PLAUDIT_JSON_OTHER;
    }
}

plaudit_json_parser *plaudit_json_parser_make(size_t byteCountMax, size_t depthMax) {
    auto *parser = new (std::nothrow) plaudit_json_parser(byteCountMax);
    if (!parser) return nullptr;
    const size_t capacity = byteCountMax < 32 ? 32 : byteCountMax;
    if (parser->parser.allocate(capacity, depthMax) != simdjson::SUCCESS
        || parser->parser.doc.allocate(capacity) != simdjson::SUCCESS) {
        delete parser;
        return nullptr;
    }
    return parser;
}

void plaudit_json_parser_free(plaudit_json_parser *parser) { delete parser; }

int plaudit_json_parse(plaudit_json_parser *parser, const uint8_t *text, size_t byteCount, plaudit_json_tape *tape) {
    *tape = plaudit_json_tape{nullptr, nullptr, 0, 0};
    if (byteCount > parser->byteCountMax) return PLAUDIT_JSON_CAPACITY;
    const simdjson::error_code code = parser->parser.parse(text, byteCount, false).error();
    if (code != simdjson::SUCCESS) return reduced(code);
    tape->tape = parser->parser.doc.tape.get();
    tape->strings = parser->parser.doc.string_buf.get();
    // The root word says where the tape ends.
    tape->tapeWordCount = size_t(tape->tape[0] & ((uint64_t(1) << 56) - 1));
    tape->stringByteCount = parser->stringByteCount;
    return PLAUDIT_JSON_OK;
}

int plaudit_validate_utf8(const uint8_t *text, size_t byteCount) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(text), byteCount);
}
