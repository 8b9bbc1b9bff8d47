// Unicode case folding as the data plane uses it: one property lookup in utf8proc's static tables for each scalar.
#ifndef PLAUDIT_CUTF8PROC_H
#define PLAUDIT_CUTF8PROC_H

#include <stddef.h>
#include <stdint.h>

#ifndef PLAUDIT_TRUSTED
#define PLAUDIT_TRUSTED __attribute__((swift_attr("@_noLocks")))
#endif

enum {
    /// The most bytes that the case folding of one scalar takes: three scalars of at most four bytes.
    PLAUDIT_FOLD_BYTE_COUNT_MAX = 12,
};

/// Writes the full case folding (Unicode's CaseFolding.txt, statuses C and F; Python's `str.casefold`) of a valid scalar
/// as UTF-8 and returns its bytes. `target` has room for PLAUDIT_FOLD_BYTE_COUNT_MAX.
/// Cannot allocate: utf8proc_decompose_char and utf8proc_encode_char read static tables and write where they are told.
PLAUDIT_TRUSTED
size_t plaudit_fold_scalar(uint32_t scalar, uint8_t *_Nonnull target);

enum {
    PLAUDIT_CATEGORY_OTHER,
    PLAUDIT_CATEGORY_UPPERCASE,
    PLAUDIT_CATEGORY_LOWERCASE,
    PLAUDIT_CATEGORY_TITLECASE,
    PLAUDIT_CATEGORY_LETTER,
    PLAUDIT_CATEGORY_DIGIT,
    PLAUDIT_CATEGORY_NUMBER,
};

/// What a valid scalar is, as far as it matters here: Unicode's general categories Lu, Ll, Lt, the other L, Nd, the other N,
/// and the rest, in this order after the rest.
/// Cannot allocate: utf8proc_category reads static tables.
PLAUDIT_TRUSTED
int plaudit_category(uint32_t scalar);

/// 1 for a valid scalar that shows, is no white space and is its own lower case, as nearly all are that texts are made of; 0 for
/// every other, and for those that these tables do not know.
/// Cannot allocate: utf8proc_get_property reads static tables.
PLAUDIT_TRUSTED
int plaudit_is_plain(uint32_t scalar);

#endif
