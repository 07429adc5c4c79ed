#include "cchecksum.h"

#include <pthread.h>
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define HARDWARE_CRC __attribute__((target("sse4.2")))
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#define HARDWARE_CRC
#endif

#define POLYNOMIAL 0x82F63B78u
// Lengths of one of the three streams. The long one amortizes the combination, the short one serves what is left.
#define LONG_STREAM 1024
#define SHORT_STREAM 128

static uint32_t table[8][256];
// What a CRC becomes when LONG_STREAM or SHORT_STREAM zero bytes follow, by each of its four bytes.
static uint32_t after_long[4][256];
static uint32_t after_short[4][256];
static int has_instruction;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t crc_bytes(uint32_t crc, const uint8_t *bytes, size_t count) {
    while (count >= 8) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + 4, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        low = __builtin_bswap32(low);
        high = __builtin_bswap32(high);
#endif
        low ^= crc;
        crc = table[7][low & 255] ^ table[6][(low >> 8) & 255] ^ table[5][(low >> 16) & 255] ^ table[4][low >> 24]
            ^ table[3][high & 255] ^ table[2][(high >> 8) & 255] ^ table[1][(high >> 16) & 255] ^ table[0][high >> 24];
        bytes += 8;
        count -= 8;
    }
    while (count--) crc = table[0][(crc ^ *bytes++) & 255] ^ (crc >> 8);
    return crc;
}

static void fill_zero_table(uint32_t zeros[4][256], size_t count) {
    static const uint8_t nothing[LONG_STREAM];
    uint32_t basis[32];
    for (int bit = 0; bit < 32; bit++) basis[bit] = crc_bytes(1u << bit, nothing, count);
    for (int byte = 0; byte < 4; byte++)
        for (int value = 0; value < 256; value++) {
            uint32_t sum = 0;
            for (int bit = 0; bit < 8; bit++)
                if (value & (1 << bit)) sum ^= basis[byte * 8 + bit];
            zeros[byte][value] = sum;
        }
}

static void prepare(void) {
    for (uint32_t value = 0; value < 256; value++) {
        uint32_t crc = value;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (POLYNOMIAL & -(crc & 1));
        table[0][value] = crc;
    }
    for (int row = 1; row < 8; row++)
        for (int value = 0; value < 256; value++)
            table[row][value] = table[0][table[row - 1][value] & 255] ^ (table[row - 1][value] >> 8);
    fill_zero_table(after_long, LONG_STREAM);
    fill_zero_table(after_short, SHORT_STREAM);
#if defined(__x86_64__)
    has_instruction = __builtin_cpu_supports("sse4.2");
#elif defined(HARDWARE_CRC)
    has_instruction = 1;
#endif
}

uint32_t amber_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&once, prepare);
    return ~crc_bytes(~crc, bytes, count);
}

#if defined(HARDWARE_CRC)
static inline uint32_t shift(uint32_t zeros[4][256], uint32_t crc) {
    return zeros[0][crc & 255] ^ zeros[1][(crc >> 8) & 255] ^ zeros[2][(crc >> 16) & 255] ^ zeros[3][crc >> 24];
}

HARDWARE_CRC static inline uint64_t step(uint64_t crc, const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
#if defined(__x86_64__)
    return _mm_crc32_u64(crc, word);
#else
    return __crc32cd((uint32_t)crc, word);
#endif
}

// The instruction has a latency of three cycles and a throughput of one: three independent streams keep it busy.
HARDWARE_CRC static inline const uint8_t *three_streams(
    uint32_t *crc, const uint8_t *bytes, size_t *count, size_t length, uint32_t zeros[4][256]) {
    while (*count >= 3 * length) {
        uint64_t first = *crc, second = 0, third = 0;
        for (size_t at = 0; at < length; at += 8) {
            first = step(first, bytes + at);
            second = step(second, bytes + length + at);
            third = step(third, bytes + 2 * length + at);
        }
        *crc = shift(zeros, shift(zeros, (uint32_t)first) ^ (uint32_t)second) ^ (uint32_t)third;
        bytes += 3 * length;
        *count -= 3 * length;
    }
    return bytes;
}

HARDWARE_CRC static uint32_t crc_hardware(uint32_t crc, const uint8_t *bytes, size_t count) {
    bytes = three_streams(&crc, bytes, &count, LONG_STREAM, after_long);
    bytes = three_streams(&crc, bytes, &count, SHORT_STREAM, after_short);
    uint64_t wide = crc;
    while (count >= 8) {
        wide = step(wide, bytes);
        bytes += 8;
        count -= 8;
    }
    crc = (uint32_t)wide;
    while (count--) {
#if defined(__x86_64__)
        crc = _mm_crc32_u8(crc, *bytes++);
#else
        crc = __crc32cb(crc, *bytes++);
#endif
    }
    return crc;
}
#endif

uint32_t amber_crc32c(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&once, prepare);
#if defined(HARDWARE_CRC)
    if (has_instruction) return ~crc_hardware(~crc, bytes, count);
#endif
    return ~crc_bytes(~crc, bytes, count);
}

int amber_is_ascii(const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    uint64_t bits = 0;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        bits |= word;
        at += 8;
        count -= 8;
    }
    while (count--) bits |= *at++;
    return (bits & 0x8080808080808080ull) == 0;
}

int amber_is_zero(const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    if (count == 0) return 1;
    return at[0] == 0 && memcmp(at, at + 1, count - 1) == 0;
}

size_t amber_find_kind(const void *bytes, size_t count, size_t from, uint16_t kind) {
    const uint8_t *at = bytes;
    for (; from + 24 <= count; from += 8) {
        if ((uint16_t)(at[from + 8] | at[from + 9] << 8) == kind) return from;
    }
    return count;
}

// Arithmetic on polynomials over GF(2), reflected, as zlib's crc32_combine does it: bit 31 is x^0.

static uint32_t multiply(uint32_t a, uint32_t b) {
    uint32_t product = 0;
    for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
        if (a & bit) product ^= b;
        b = b & 1 ? (b >> 1) ^ 0x82F63B78u : b >> 1;
    }
    return product;
}

// x^(8 * 2^i).
static uint32_t powers[48];

static void make_powers(void) {
    uint32_t power = 1u << 23;
    for (int i = 0; i < 48; i++) {
        powers[i] = power;
        power = multiply(power, power);
    }
}

// What `count` zero bytes make of a CRC's register.
static uint32_t append_zeros(uint32_t crc, size_t count) {
    for (int i = 0; count != 0; i++, count >>= 1) {
        if (count & 1) crc = multiply(powers[i], crc);
    }
    return crc;
}

void amber_crc32c_prefixes(const void *bytes, size_t count, uint32_t *prefixes) {
    const uint8_t *at = bytes;
    uint32_t crc = 0;
    prefixes[0] = 0;
    for (size_t i = 1; i <= count / 8; i++) {
        crc = amber_crc32c(crc, at, 8);
        prefixes[i] = crc;
        at += 8;
    }
}

uint32_t amber_crc32c_range(
    const void *bytes, const uint32_t *prefixes, size_t from, size_t to, uint32_t seed
) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_powers);
    const uint8_t *base = bytes;
    uint32_t before = amber_crc32c(prefixes[from / 8], base + from / 8 * 8, from % 8);
    uint32_t after = amber_crc32c(prefixes[to / 8], base + to / 8 * 8, to % 8);
    return after ^ append_zeros(before ^ seed, to - from);
}
