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

/// Where two rising lists of numbers below 2^31 have the same ones, from places on, until one of them ends.
///
/// Every step is the same few instructions, whichever number is the smaller one: branches that can't be foreseen would
/// cost more than what they save.
///
/// @param left_at where to begin in the left list, and where it ended
/// @param right_at the same for the right one: nothing before it is of use for what comes after the left list
/// @param left_places gets the places in the left list; has room for as many as the shorter of the rests, and one
/// @param right_places gets those in the right one
/// @return how many there are
uint32_t amber_intersect(
    const uint32_t *left, uint32_t *left_at, uint32_t left_count, const uint32_t *right, uint32_t *right_at,
    uint32_t right_count, uint32_t *left_places, uint32_t *right_places);

#endif
