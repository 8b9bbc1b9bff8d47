#include "CPCRE2.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plaudit_regex {
    pcre2_code *code;
};

struct plaudit_regex_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

static uint32_t pcre2_options(uint32_t options) {
    // \C would cut a character in two, and a subject that is not looked at again must stay whole.
    uint32_t flags = PCRE2_NEVER_BACKSLASH_C;
    if (options & PLAUDIT_REGEX_UTF) flags |= PCRE2_UTF;
    if (options & PLAUDIT_REGEX_UCP) flags |= PCRE2_UCP;
    if (options & PLAUDIT_REGEX_CASELESS) flags |= PCRE2_CASELESS;
    if (options & PLAUDIT_REGEX_MULTILINE) flags |= PCRE2_MULTILINE;
    if (options & PLAUDIT_REGEX_DOTALL) flags |= PCRE2_DOTALL;
    if (options & PLAUDIT_REGEX_ANCHORED) flags |= PCRE2_ANCHORED;
    if (options & PLAUDIT_REGEX_FULL) flags |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
    if (options & PLAUDIT_REGEX_ECMA)
        flags |= PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF;
    return flags;
}

plaudit_regex *plaudit_regex_compile(const uint8_t *pattern, size_t count, uint32_t options, int *errorCode,
                                     size_t *errorOffset) {
    *errorCode = 0;
    *errorOffset = 0;
    plaudit_regex *regex = calloc(1, sizeof *regex);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (regex && context) {
        // Said here rather than left to how the library was built, so that a pattern means the same everywhere.
        pcre2_set_newline(context, PCRE2_NEWLINE_LF);
        pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
        if (options & PLAUDIT_REGEX_ECMA) pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALT_BSUX);
        regex->code = pcre2_compile(pattern, count, pcre2_options(options), errorCode, errorOffset, context);
    } else {
        *errorCode = PCRE2_ERROR_NOMEMORY;
    }
    pcre2_compile_context_free(context);
    if (regex && regex->code) {
        size_t machineCodeCount = 0;
        // (*NO_JIT) at a pattern's start makes the compilation "succeed" without machine code: the size tells.
        if (pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0
            && pcre2_pattern_info(regex->code, PCRE2_INFO_JITSIZE, &machineCodeCount) == 0 && machineCodeCount > 0)
            return regex;
        *errorCode = PLAUDIT_REGEX_ERROR_NOT_JIT;
    }
    plaudit_regex_free(regex);
    return NULL;
}

void plaudit_regex_free(plaudit_regex *regex) {
    if (!regex) return;
    pcre2_code_free(regex->code);
    free(regex);
}

void plaudit_regex_message(int errorCode, char *text, size_t capacity) {
    if (capacity == 0) return;
    if (errorCode == PLAUDIT_REGEX_ERROR_NOT_JIT) {
        snprintf(text, capacity, "the pattern cannot be compiled to machine code");
    } else if (pcre2_get_error_message(errorCode, (PCRE2_UCHAR *)text, capacity) == PCRE2_ERROR_BADDATA) {
        snprintf(text, capacity, "PCRE2 error %d", errorCode);
    }
}

size_t plaudit_regex_byte_count(const plaudit_regex *regex) {
    size_t codeCount = 0, machineCodeCount = 0;
    pcre2_pattern_info(regex->code, PCRE2_INFO_SIZE, &codeCount);
    pcre2_pattern_info(regex->code, PCRE2_INFO_JITSIZE, &machineCodeCount);
    return codeCount + machineCodeCount;
}

uint32_t plaudit_regex_group_count(const plaudit_regex *regex) {
    uint32_t count = 0;
    pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &count);
    return count;
}

int plaudit_regex_starts(const plaudit_regex *regex, uint64_t *set) {
    uint32_t options = 0, kind = 0, unit = 0;
    const uint8_t *bitmap = NULL;
    memset(set, 0, 32);
    pcre2_pattern_info(regex->code, PCRE2_INFO_ALLOPTIONS, &options);
    if (options & PCRE2_ANCHORED) return PLAUDIT_REGEX_STARTS_ONCE;
    pcre2_pattern_info(regex->code, PCRE2_INFO_FIRSTCODETYPE, &kind);
    if (kind == 2) return PLAUDIT_REGEX_STARTS_AT_LINES;
    if (kind == 1) {
        pcre2_pattern_info(regex->code, PCRE2_INFO_FIRSTCODEUNIT, &unit);
        // The library does not say whether the unit is caseless, so an ASCII letter stands for both of its cases.
        if (unit >= 0x80) return PLAUDIT_REGEX_STARTS_ANYWHERE;
        set[unit / 64] |= 1ull << unit % 64;
        uint32_t other = unit ^ 0x20;
        if ((unit | 0x20) >= 'a' && (unit | 0x20) <= 'z') set[other / 64] |= 1ull << other % 64;
        return PLAUDIT_REGEX_STARTS_IN_SET;
    }
    pcre2_pattern_info(regex->code, PCRE2_INFO_FIRSTBITMAP, &bitmap);
    if (!bitmap) return PLAUDIT_REGEX_STARTS_ANYWHERE;
    for (int byte = 0; byte < 256; byte++)
        if (bitmap[byte / 8] >> byte % 8 & 1) set[byte / 64] |= 1ull << byte % 64;
    return PLAUDIT_REGEX_STARTS_IN_SET;
}

plaudit_regex_scratch *plaudit_regex_scratch_make(uint32_t matchLimit, size_t stackByteCount) {
    plaudit_regex_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch) return NULL;
    scratch->data = pcre2_match_data_create(PLAUDIT_REGEX_GROUP_MAX + 1, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    // Start and limit are equal: the stack is there from the beginning and never grows.
    scratch->stack = pcre2_jit_stack_create(stackByteCount, stackByteCount, NULL);
    if (!scratch->data || !scratch->context || !scratch->stack) {
        plaudit_regex_scratch_free(scratch);
        return NULL;
    }
    pcre2_set_match_limit(scratch->context, matchLimit);
    pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    return scratch;
}

void plaudit_regex_scratch_free(plaudit_regex_scratch *scratch) {
    if (!scratch) return;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    pcre2_jit_stack_free(scratch->stack);
    free(scratch);
}

int plaudit_regex_match(const plaudit_regex *regex, const uint8_t *subject, size_t count, size_t start,
                        plaudit_regex_scratch *scratch, size_t *spanStart, size_t *spanEnd) {
    // jit_match checks no offset by itself.
    if (start > count) return PLAUDIT_REGEX_ERROR;
    int outcome = pcre2_jit_match(regex->code, subject, count, start, PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
    // 0 says matched, with more groups than the match data has room for.
    if (outcome >= 0) {
        const PCRE2_SIZE *spans = pcre2_get_ovector_pointer(scratch->data);
        *spanStart = spans[0];
        *spanEnd = spans[1] < spans[0] ? spans[0] : spans[1];
        return PLAUDIT_REGEX_MATCHED;
    }
    switch (outcome) {
    case PCRE2_ERROR_NOMATCH:
        return PLAUDIT_REGEX_NO_MATCH;
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_JIT_STACKLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        return PLAUDIT_REGEX_LIMIT;
    default:
        return PLAUDIT_REGEX_ERROR;
    }
}

void plaudit_regex_scratch_set_limit(plaudit_regex_scratch *scratch, uint32_t matchLimit) {
    pcre2_set_match_limit(scratch->context, matchLimit);
}

int plaudit_regex_group(const plaudit_regex_scratch *scratch, uint32_t group, size_t *spanStart, size_t *spanEnd) {
    if (group > PLAUDIT_REGEX_GROUP_MAX) return 0;
    const PCRE2_SIZE *spans = pcre2_get_ovector_pointer(scratch->data);
    if (spans[2 * group] == PCRE2_UNSET) return 0;
    *spanStart = spans[2 * group];
    *spanEnd = spans[2 * group + 1];
    return 1;
}
