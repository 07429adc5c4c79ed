"""CRC-32C (Castagnoli): the checksum of every frame and payload. FORMAT.md, "Frames"."""


def _table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ 0x82F63B78 if value & 1 else value >> 1
        table.append(value)
    return table


_TABLE = _table()


def crc32c(seed, data):
    """Continues `seed`: crc32c(crc32c(0, a), b) == crc32c(0, a + b)."""
    crc = seed ^ 0xFFFFFFFF
    table = _TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF
