#include "text.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Eight bytes at once. Adding a constant to seven bits carries into the eighth where the value is at least so great.

#define EACH 0x0101010101010101u
#define HIGH 0x8080808080808080u

static inline uint64_t within(uint64_t seven, unsigned first, unsigned last) {
    return (seven + (0x80 - first) * EACH) & ~(seven + (0x7F - last) * EACH) & HIGH;
}

// The high bits of the bytes, the first byte lowest.
static inline uint64_t gather(uint64_t high) { return (high & HIGH) * 0x0002040810204081u >> 56; }

void amber_classify_text_portable(const uint8_t *bytes, struct amber_text_classes *classes) {
    struct amber_text_classes sum = {0, 0, 0, 0, 0, 0};
    for (unsigned at = 0; at < AMBER_WINDOW_BYTES; at += 8) {
        uint64_t block;
        memcpy(&block, bytes + at, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        block = __builtin_bswap64(block);
#endif
        const uint64_t seven = block & ~HIGH;
        const uint64_t ascii = ~block & HIGH;
        const uint64_t uppercase = within(seven, 'A', 'Z');
        const uint64_t digits = within(seven, '0', '9');
        const uint64_t letters = within(seven | 0x20 * EACH, 'a', 'z');
        const uint64_t repeaters = within(seven, '/', '/') | within(seven, ':', ':') | within(seven, '_', '_');
        const uint64_t joiners = repeaters | within(seven, '\'', '\'') | within(seven, '-', '.') | within(seven, '@', '@');
        sum.words |= gather((letters | digits) & ascii) << at;
        sum.digits |= gather(digits & ascii) << at;
        sum.uppercase |= gather(uppercase & ascii) << at;
        sum.others |= gather(block) << at;
        sum.joiners |= gather(joiners & ascii) << at;
        sum.repeaters |= gather(repeaters & ascii) << at;
    }
    *classes = sum;
}

#if defined(__SSE2__)

// Bytes of at least `first` and at most `last`, both below 128: signed comparisons leave others out.
static inline __m128i between(__m128i bytes, char first, char last) {
    return _mm_and_si128(
        _mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)(first - 1))), _mm_cmplt_epi8(bytes, _mm_set1_epi8((char)(last + 1))));
}

static inline __m128i equal(__m128i bytes, char byte) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)); }

static inline uint64_t mask(__m128i bytes) { return (uint64_t)(uint32_t)_mm_movemask_epi8(bytes); }

void amber_classify_text(const uint8_t *bytes, struct amber_text_classes *classes) {
    struct amber_text_classes sum = {0, 0, 0, 0, 0, 0};
    for (unsigned at = 0; at < AMBER_WINDOW_BYTES; at += 16) {
        const __m128i block = _mm_loadu_si128((const __m128i *)(bytes + at));
        const __m128i digits = between(block, '0', '9');
        const __m128i letters = between(_mm_or_si128(block, _mm_set1_epi8(0x20)), 'a', 'z');
        const __m128i repeaters = _mm_or_si128(_mm_or_si128(equal(block, '/'), equal(block, ':')), equal(block, '_'));
        const __m128i joiners = _mm_or_si128(
            _mm_or_si128(repeaters, equal(block, '\'')), _mm_or_si128(between(block, '-', '.'), equal(block, '@')));
        sum.words |= mask(_mm_or_si128(letters, digits)) << at;
        sum.digits |= mask(digits) << at;
        sum.uppercase |= mask(between(block, 'A', 'Z')) << at;
        sum.others |= mask(block) << at;
        sum.joiners |= mask(joiners) << at;
        sum.repeaters |= mask(repeaters) << at;
    }
    *classes = sum;
}

#else

void amber_classify_text(const uint8_t *bytes, struct amber_text_classes *classes) {
    amber_classify_text_portable(bytes, classes);
}

#endif
