#include "CCharconv.h"

#include <charconv>
#include <cmath>
#include <limits>

size_t plaudit_write_double(double value, uint8_t *target) {
    if (!std::isfinite(value)) return 0;
    char *text = reinterpret_cast<char *>(target);
    std::to_chars_result written = std::to_chars(text, text + PLAUDIT_DOUBLE_BYTE_COUNT_MAX, value);
    return written.ec == std::errc() ? static_cast<size_t>(written.ptr - text) : 0;
}

double plaudit_decimal_value(uint64_t significand, int32_t exponent) {
    if (significand == 0) return 0;
    char text[40];
    char *end = std::to_chars(text, text + sizeof text, significand).ptr;
    *end++ = 'e';
    end = std::to_chars(end, text + sizeof text, exponent).ptr;
    double value = 0;
    std::from_chars_result read = std::from_chars(text, end, value);
    if (read.ec == std::errc::result_out_of_range)
        return exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return value;
}
