#include "postings.h"

#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The packed form is little-endian."
#endif

typedef uint32_t lanes __attribute__((vector_size(16)));
typedef int32_t signed_lanes __attribute__((vector_size(16)));

static inline lanes load(const void *from) {
    lanes value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline void store(void *to, lanes value) { memcpy(to, &value, sizeof value); }

void amber_pack(const uint32_t *values, unsigned bits, uint8_t *bytes) {
    if (bits == 0) return;
    lanes word = {0, 0, 0, 0};
    unsigned used = 0;
    for (unsigned row = 0; row < 32; row++) {
        lanes value = load(values + 4 * row);
        word |= value << used;
        used += bits;
        if (used >= 32) {
            store(bytes, word);
            bytes += 16;
            used -= 32;
            // What of the value did not fit. A shift by 32 would be undefined.
            word = used > 0 ? value >> (bits - used) : (lanes){0, 0, 0, 0};
        }
    }
}

// The number of bits is a constant in each instance, so that the loop becomes straight code of constant shifts.
static inline __attribute__((always_inline)) void unpack(const uint8_t *bytes, unsigned bits, uint32_t *values) {
    const uint32_t ones = bits == 32 ? 0xFFFFFFFFu : (1u << bits) - 1;
    const lanes mask = {ones, ones, ones, ones};
    lanes word = load(bytes);
    unsigned used = 0;
#pragma clang loop unroll(full)
    for (unsigned row = 0; row < 32; row++) {
        lanes value = word >> used;
        used += bits;
        if (used >= 32) {
            used -= 32;
            if (row < 31) {
                bytes += 16;
                word = load(bytes);
                if (used > 0) value |= word << (bits - used);
            }
        }
        store(values + 4 * row, value & mask);
    }
}

#define EACH_WIDTH(X) \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) \
    X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)

void amber_unpack(const uint8_t *bytes, unsigned bits, uint32_t *values) {
    switch (bits) {
#define CASE(width) \
    case width: unpack(bytes, width, values); return;
        EACH_WIDTH(CASE)
#undef CASE
    default: memset(values, 0, AMBER_BLOCK_VALUES * sizeof *values);
    }
}

void amber_unpack_ascending(const uint8_t *bytes, unsigned bits, uint32_t base, uint32_t *values) {
    amber_unpack(bytes, bits, values);
    const lanes one = {1, 1, 1, 1};
    const lanes zero = {0, 0, 0, 0};
    lanes last = {base, base, base, base};
    for (unsigned row = 0; row < 32; row++) {
        lanes sum = load(values + 4 * row) + one;
        sum += __builtin_shufflevector(zero, sum, 0, 4, 5, 6);
        sum += __builtin_shufflevector(zero, sum, 0, 1, 4, 5);
        sum += last;
        store(values + 4 * row, sum);
        last = __builtin_shufflevector(sum, sum, 3, 3, 3, 3);
    }
}

uint32_t amber_intersect(
    const uint32_t *left, uint32_t *left_at, uint32_t left_count, const uint32_t *right, uint32_t *right_at,
    uint32_t right_count, uint32_t *left_places, uint32_t *right_places) {
    uint32_t i = *left_at, j = *right_at, found = 0;
    while (i < left_count) {
        const uint32_t a = left[i];
        while (j + 8 <= right_count && right[j + 7] < a) j += 8;
        if (j + 8 > right_count) break;
        // How many of the eight come before it. Numbers have 31 bits at most, so that they may be compared as signed.
        const signed_lanes all = {(int32_t)a, (int32_t)a, (int32_t)a, (int32_t)a};
        const signed_lanes before =
            ((signed_lanes)load(right + j) < all) + ((signed_lanes)load(right + j + 4) < all);
        const uint32_t place = j - (uint32_t)(before[0] + before[1] + before[2] + before[3]);
        left_places[found] = i;
        right_places[found] = place;
        found += right[place] == a;
        i++;
    }
    while (i < left_count && j < right_count) {
        const uint32_t a = left[i], b = right[j];
        left_places[found] = i;
        right_places[found] = j;
        found += a == b;
        i += a <= b;
        j += b <= a;
    }
    *left_at = i;
    *right_at = j;
    return found;
}
