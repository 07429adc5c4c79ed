#include <lz4.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
__attribute__((target("sse4.2")))
#endif
static inline uint32_t client_crc32c(const void *bytes, size_t count) {
    const uint8_t *at = (const uint8_t *)bytes;
    uint32_t crc = ~0u;
#if defined(__x86_64__)
    for (; count >= 8; at += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        crc = (uint32_t)__builtin_ia32_crc32di(crc, word);
    }
#endif
    for (; count > 0; at += 1, count -= 1) {
        crc ^= *at;
        for (int bit = 0; bit < 8; bit += 1) crc = crc & 1 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
    }
    return ~crc;
}
