// Exact conversion between decimal text and doubles: the C++ library's <charconv>, which rounds correctly, knows no
// locale and keeps its work on the stack.
#ifndef PLAUDIT_CCHARCONV_H
#define PLAUDIT_CCHARCONV_H

#include <stddef.h>
#include <stdint.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum { PLAUDIT_DOUBLE_BYTE_COUNT_MAX = 32 };

/// Writes the shortest decimal text that reads back as the same double and returns its bytes; 0 when it is not finite.
/// `target` has room for PLAUDIT_DOUBLE_BYTE_COUNT_MAX.
/// Cannot allocate: std::to_chars for double (Ryu) computes in registers and static tables.
PLAUDIT_TRUSTED
size_t plaudit_write_double(double value, uint8_t *_Nonnull target);

/// The double nearest to `significand * 10^exponent`; infinity when it is too large, 0 when too small.
/// Cannot allocate: std::from_chars over a text of at most 40 bytes on the stack.
PLAUDIT_TRUSTED
double plaudit_decimal_value(uint64_t significand, int32_t exponent);

#ifdef __cplusplus
}
#endif

#endif
