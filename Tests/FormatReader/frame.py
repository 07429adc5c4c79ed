"""The one framing of every file. FORMAT.md, "Frames"."""

import struct

from byte_reader import ByteReader, Malformed
from checksum import crc32c

HEADER_SIZE = 24
BLOCK = 4096
LARGEST = 96 << 20

FILE_HEADER, BATCH, MESSAGE_BLOCK, CLIENT_IDS, COMMIT, EDIT, ANCHOR, STORE, CURRENT, PAGE = range(1, 11)
KIND_NAMES = {
    FILE_HEADER: "file header",
    BATCH: "batch",
    MESSAGE_BLOCK: "block",
    CLIENT_IDS: "client ids",
    COMMIT: "commit",
    EDIT: "edit",
    ANCHOR: "anchor",
    STORE: "store",
    CURRENT: "current",
    PAGE: "page",
}
MAY_SKIP = 0x8000


class Frame:
    def __init__(self, offset, length, kind, checked, sequence, body):
        self.offset = offset
        self.length = length
        self.kind = kind
        self.sequence = sequence
        self.checked = checked
        self.body = body

    @property
    def end(self):
        return self.offset + self.length

    def reader(self):
        """Over what the checksum covers."""
        return ByteReader(self.body, 0, self.checked)

    def expect(self, kind):
        if self.kind != kind:
            raise Malformed(f"kind {self.kind} where {KIND_NAMES[kind]} was expected")
        return self


def seed_of(identity):
    """What the checksums of a file with this identity are continued from."""
    return crc32c(0, identity)


def frame_at(data, offset, seed, end=None):
    """The frame that begins at `offset`, or `Malformed`."""
    end = len(data) if end is None else end
    if offset % 8 or offset + HEADER_SIZE > end:
        raise Malformed(f"no frame fits at {offset}")
    checksum, length, kind, flags, checked, sequence = struct.unpack_from("<IIHHIQ", data, offset)
    if length % 8 or not HEADER_SIZE <= length <= LARGEST or offset + length > end:
        raise Malformed(f"a frame of {length} bytes at {offset}")
    if checked > length - HEADER_SIZE:
        raise Malformed(f"{checked} checked bytes in a frame of {length} at {offset}")
    if crc32c(seed, data[offset + 4 : offset + HEADER_SIZE + checked]) != checksum:
        raise Malformed(f"a checksum that doesn't fit at {offset}")
    if flags:
        raise Malformed(f"flags {flags} at {offset}")
    return Frame(offset, length, kind, checked, sequence, data[offset + HEADER_SIZE : offset + length])


def frame_or_none(data, offset, seed, end=None):
    try:
        return frame_at(data, offset, seed, end)
    except Malformed:
        return None


def numbered_frames(data, start, seed, kind, first):
    """Frames with consecutive numbers, each where the one before ends or on the next 4,096-byte block."""
    offset, number = start, first
    while True:
        aligned = -(-offset // BLOCK) * BLOCK
        for place in (offset, aligned) if aligned != offset else (offset,):
            found = frame_or_none(data, place, seed)
            if found and found.kind == kind and found.sequence == number:
                break
        else:
            return
        yield found
        offset, number = found.end, number + 1


def later_frames(data, start, seed, kind, above):
    """Valid frames of `kind` anywhere behind `start` with numbers above `above`: what vouches for a missing one."""
    limit = len(data.rstrip(b"\0")) + 8
    for offset in range(-(-start // 8) * 8, limit, 8):
        if data[offset + 8 : offset + 10] != struct.pack("<H", kind):
            continue
        found = frame_or_none(data, offset, seed)
        if found and found.sequence > above:
            yield found
