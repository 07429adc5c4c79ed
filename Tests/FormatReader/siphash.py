"""SipHash-2-4 with 128 bits of output: identities of segments, hashes of client ids."""

import struct

_MASK = 0xFFFFFFFFFFFFFFFF


def _rotated(word, bits):
    return ((word << bits) | (word >> (64 - bits))) & _MASK


def _round(v0, v1, v2, v3):
    v0 = (v0 + v1) & _MASK
    v1 = _rotated(v1, 13) ^ v0
    v0 = _rotated(v0, 32)
    v2 = (v2 + v3) & _MASK
    v3 = _rotated(v3, 16) ^ v2
    v0 = (v0 + v3) & _MASK
    v3 = _rotated(v3, 21) ^ v0
    v2 = (v2 + v1) & _MASK
    v1 = _rotated(v1, 17) ^ v2
    v2 = _rotated(v2, 32)
    return v0, v1, v2, v3


def siphash128(key, data):
    """The 16 bytes of SipHash-2-4-128 of `data` under the 16 bytes of `key`."""
    k0, k1 = struct.unpack("<QQ", key)
    state = (
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D ^ 0xEE,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    )
    whole = len(data) // 8 * 8
    words = [word for (word,) in struct.iter_unpack("<Q", data[:whole])]
    last = data[whole:].ljust(7, b"\0") + bytes([len(data) & 0xFF])
    words.append(struct.unpack("<Q", last)[0])
    for word in words:
        v0, v1, v2, v3 = state
        state = _round(*_round(v0, v1, v2, v3 ^ word))
        v0, v1, v2, v3 = state
        state = (v0 ^ word, v1, v2, v3)
    v0, v1, v2, v3 = state
    state = (v0, v1, v2 ^ 0xEE, v3)
    halves = []
    for step in range(2):
        for _ in range(4):
            state = _round(*state)
        v0, v1, v2, v3 = state
        halves.append(v0 ^ v1 ^ v2 ^ v3)
        if step == 0:
            state = (v0, v1 ^ 0xDD, v2, v3)
    return struct.pack("<QQ", *halves)
