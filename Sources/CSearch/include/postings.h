// Blocks of 128 integers, bit-packed.
//
// The layout is the vertical one of Lemire and Boytsov, "Decoding billions of integers per second through
// vectorization" (Software: Practice and Experience, 2015): value i is in lane i % 4, so that four values are unpacked
// by one shift and one mask. Plain C with vector extensions: the compiler has the instructions of each processor.

#ifndef AMBERLOG_POSTINGS_H
#define AMBERLOG_POSTINGS_H

#include <stdint.h>

#define AMBER_BLOCK_VALUES 128

/// Packs 128 values of at most `bits` bits (0 to 32) into 16 * bits bytes.
void amber_pack(const uint32_t *values, unsigned bits, uint8_t *bytes);

/// Unpacks 128 values.
void amber_unpack(const uint8_t *bytes, unsigned bits, uint32_t *values);

/// Unpacks 128 gaps between ascending numbers (the gap of neighbours is 0) and adds them up: values[0] is
/// base + 1 + gap[0], and so on.
void amber_unpack_ascending(const uint8_t *bytes, unsigned bits, uint32_t base, uint32_t *values);

#endif
