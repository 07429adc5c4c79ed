#include "cchecksum.h"

#include <string.h>

static inline uint64_t rotate(uint64_t value, int bits) { return (value << bits) | (value >> (64 - bits)); }

static inline uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline void rounds(uint64_t v[4], int count) {
    while (count--) {
        v[0] += v[1]; v[1] = rotate(v[1], 13); v[1] ^= v[0]; v[0] = rotate(v[0], 32);
        v[2] += v[3]; v[3] = rotate(v[3], 16); v[3] ^= v[2];
        v[0] += v[3]; v[3] = rotate(v[3], 21); v[3] ^= v[0];
        v[2] += v[1]; v[1] = rotate(v[1], 17); v[1] ^= v[2]; v[2] = rotate(v[2], 32);
    }
}

void amber_siphash128(const uint8_t key[16], const void *bytes, size_t count, uint64_t result[2]) {
    const uint8_t *at = bytes;
    uint64_t k0 = load(key), k1 = load(key + 8);
    uint64_t v[4] = {
        k0 ^ 0x736f6d6570736575ull, k1 ^ 0x646f72616e646f6dull ^ 0xee, k0 ^ 0x6c7967656e657261ull,
        k1 ^ 0x7465646279746573ull,
    };
    uint64_t last = (uint64_t)count << 56;
    while (count >= 8) {
        uint64_t word = load(at);
        v[3] ^= word;
        rounds(v, 2);
        v[0] ^= word;
        at += 8;
        count -= 8;
    }
    for (size_t index = 0; index < count; index++) last |= (uint64_t)at[index] << (8 * index);
    v[3] ^= last;
    rounds(v, 2);
    v[0] ^= last;
    v[2] ^= 0xee;
    rounds(v, 4);
    result[0] = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    rounds(v, 4);
    result[1] = v[0] ^ v[1] ^ v[2] ^ v[3];
}
