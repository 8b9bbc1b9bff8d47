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
