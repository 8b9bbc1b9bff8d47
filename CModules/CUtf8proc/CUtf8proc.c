#include "CUtf8proc.h"

#include <utf8proc.h>

size_t plaudit_fold_scalar(uint32_t scalar, uint8_t *target) {
    utf8proc_int32_t folded[4];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)scalar, folded, 4, UTF8PROC_CASEFOLD, &boundary);
    if (count < 1 || count > 3) {
        folded[0] = (utf8proc_int32_t)scalar;
        count = 1;
    }
    size_t byteCount = 0;
    for (utf8proc_ssize_t index = 0; index < count; index++)
        byteCount += (size_t)utf8proc_encode_char(folded[index], target + byteCount);
    return byteCount;
}

int plaudit_category(uint32_t scalar) {
    switch (utf8proc_category((utf8proc_int32_t)scalar)) {
    case UTF8PROC_CATEGORY_LU: return PLAUDIT_CATEGORY_UPPERCASE;
    case UTF8PROC_CATEGORY_LL: return PLAUDIT_CATEGORY_LOWERCASE;
    case UTF8PROC_CATEGORY_LT: return PLAUDIT_CATEGORY_TITLECASE;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return PLAUDIT_CATEGORY_LETTER;
    case UTF8PROC_CATEGORY_ND: return PLAUDIT_CATEGORY_DIGIT;
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return PLAUDIT_CATEGORY_NUMBER;
    default: return PLAUDIT_CATEGORY_OTHER;
    }
}

int plaudit_is_plain(uint32_t scalar) {
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)scalar);
    if (property->ignorable || property->lowercase_seqindex != UINT16_MAX) return 0;
    switch (property->category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN: return 0;
    default: return 1;
    }
}
