#include "CVectorscan.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>

// Vectorscan has its scanner several times, for one kind of processor each, and takes the best for the one at hand. What it takes for
// AVX-512 misses matches of regular expressions, depending on where a text lies and ends (measured with 5.4.9: an e-mail address was
// missed in 5,480 of 24,000 scans; upstream's issues 304 and 378). So there the one for AVX2 is called by its own name, which
// is as quick. A library that keeps that name to itself is not trusted with regular expressions.
#if defined(__x86_64__)
__attribute__((weak)) hs_error_t avx2_hs_scan(const hs_database_t *database, const char *data, unsigned length,
                                              unsigned flags, hs_scratch_t *scratch, match_event_handler onEvent,
                                              void *context);
static int has_avx512(void) { return __builtin_cpu_supports("avx512f"); }
static int calls_avx2(void) { return has_avx512() && avx2_hs_scan; }
#define SCAN(...) (calls_avx2() ? avx2_hs_scan(__VA_ARGS__) : hs_scan(__VA_ARGS__))
int plaudit_prefilter_is_sound(void) { return !has_avx512() || avx2_hs_scan; }
#else
static int calls_avx2(void) { return 0; }
#define SCAN hs_scan
int plaudit_prefilter_is_sound(void) { return 1; }
#endif

/// The processor that sets are compiled for; NULL for the one at hand.
static const hs_platform_info_t *platform(hs_platform_info_t *info) {
    if (!calls_avx2() || hs_populate_platform(info) != HS_SUCCESS) return NULL;
    info->cpu_features &= HS_CPU_FEATURES_AVX2;
    return info;
}

int plaudit_vectorscan_is_available(void) { return hs_valid_platform() == HS_SUCCESS; }

static void say(char *message, size_t capacity, hs_compile_error_t *error) {
    if (capacity > 0) snprintf(message, capacity, "%s", error ? error->message : "no memory");
    hs_free_compile_error(error);
}

static unsigned *repeated(unsigned value, uint32_t count) {
    unsigned *values = malloc((count ? count : 1) * sizeof *values);
    for (uint32_t index = 0; values && index < count; index++) values[index] = value;
    return values;
}

plaudit_pattern_set *plaudit_literals_compile(const uint8_t *const *texts, const size_t *counts, uint32_t patternCount,
                                              char *message, size_t messageCapacity) {
    hs_database_t *set = NULL;
    hs_compile_error_t *error = NULL;
    unsigned *flags = repeated(HS_FLAG_CASELESS, patternCount);
    unsigned *ids = repeated(0, patternCount);
    for (uint32_t index = 0; ids && index < patternCount; index++) ids[index] = index;
    hs_error_t outcome = HS_NOMEM;
    hs_platform_info_t info;
    if (flags && ids)
        outcome = hs_compile_lit_multi((const char *const *)texts, flags, ids, counts, patternCount, HS_MODE_BLOCK,
                                       platform(&info), &set, &error);
    if (outcome != HS_SUCCESS) say(message, messageCapacity, error);
    free(flags);
    free(ids);
    return outcome == HS_SUCCESS ? set : NULL;
}

plaudit_pattern_set *plaudit_prefilter_compile(const uint8_t *const *patterns, const uint32_t *ids,
                                               uint32_t patternCount, int *wrongPosition, char *message,
                                               size_t messageCapacity) {
    hs_database_t *set = NULL;
    hs_compile_error_t *error = NULL;
    // UCP and UTF-8 as PCRE2 is told, or a prefilter would hide what only Unicode's \w, \d and \b match.
    unsigned flag = HS_FLAG_PREFILTER | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY | HS_FLAG_UTF8 | HS_FLAG_UCP;
    unsigned *flags = repeated(flag, patternCount);
    hs_error_t outcome = HS_NOMEM;
    hs_platform_info_t info;
    *wrongPosition = -1;
    if (flags)
        outcome = hs_compile_multi((const char *const *)patterns, flags, ids, patternCount, HS_MODE_BLOCK,
                                   platform(&info), &set, &error);
    if (outcome != HS_SUCCESS) {
        if (error) *wrongPosition = error->expression;
        say(message, messageCapacity, error);
    }
    free(flags);
    return outcome == HS_SUCCESS ? set : NULL;
}

void plaudit_pattern_set_free(plaudit_pattern_set *set) { hs_free_database(set); }

size_t plaudit_pattern_set_byte_count(const plaudit_pattern_set *set) {
    size_t count = 0;
    return hs_database_size(set, &count) == HS_SUCCESS ? count : 0;
}

int plaudit_scan_scratch_prepare(plaudit_scan_scratch **scratch, const plaudit_pattern_set *set) {
    return hs_alloc_scratch(set, scratch) == HS_SUCCESS ? 0 : -1;
}

void plaudit_scan_scratch_free(plaudit_scan_scratch *scratch) { hs_free_scratch(scratch); }

struct collection {
    uint64_t *matches;
    size_t count, capacity;
};

static int collect(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    (void)from;
    (void)flags;
    struct collection *collection = context;
    if (collection->count == collection->capacity) return 1;
    collection->matches[collection->count++] = (uint64_t)to << 32 | id;
    return 0;
}

ptrdiff_t plaudit_scan(const plaudit_pattern_set *set, plaudit_scan_scratch *scratch, const uint8_t *text, size_t count,
                       uint64_t *matches, size_t capacity) {
    if (count > UINT32_MAX) return PLAUDIT_SCAN_ERROR;
    struct collection collection = {matches, 0, capacity};
    switch (SCAN(set, (const char *)text, (unsigned)count, 0, scratch, collect, &collection)) {
    case HS_SUCCESS:
        return (ptrdiff_t)collection.count;
    case HS_SCAN_TERMINATED:
        return PLAUDIT_SCAN_FULL;
    default:
        return PLAUDIT_SCAN_ERROR;
    }
}
