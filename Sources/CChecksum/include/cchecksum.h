// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected 0x82F63B78), as in RFC 3720 section 12.1.
#ifndef AMBERLOG_CCHECKSUM_H
#define AMBERLOG_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// Extends a CRC-32C by `count` bytes. Start with `crc` 0, or with a seed to bind the checksum to a context.
///
/// Uses the processor's CRC instruction, three streams at a time; a table of 8 x 256 entries where there is none.
uint32_t amber_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same by table only: for testing the other against.
uint32_t amber_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

/// The CRC-32C of the first 0, 8, 16, ... bytes, `count / 8 + 1` of them: what ``amber_crc32c_range`` works from.
void amber_crc32c_prefixes(const void *bytes, size_t count, uint32_t *prefixes);

/// The CRC-32C of the bytes `from ..< to`, whatever their number, in the logarithm of it.
uint32_t amber_crc32c_range(
    const void *bytes, const uint32_t *prefixes, size_t from, size_t to, uint32_t seed);

/// 1 if every byte is below 0x80.
int amber_is_ascii(const void *bytes, size_t count);

/// 1 if every byte is 0.
int amber_is_zero(const void *bytes, size_t count);

/// The first offset from `from` on, in steps of 8, where the header of a frame of this kind may begin; `count` when
/// there is none.
size_t amber_find_kind(const void *bytes, size_t count, size_t from, uint16_t kind);

/// SipHash-2-4 with a 128-bit result (Aumasson and Bernstein, 2012; the reference's 16-byte output variant).
void amber_siphash128(const uint8_t key[16], const void *bytes, size_t count, uint64_t result[2]);

#endif
