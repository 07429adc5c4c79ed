"""Segments: the messages of one session as of its last checkpoint. FORMAT.md, "Segments"."""

import struct

import frame
from byte_reader import Malformed, unpacked
from frame import BLOCK, frame_at, seed_of
from lz4_block import decompressed
from record import records
from siphash import siphash128
from store_files import SEGMENT, read_header

RAW, LZ4 = 0, 1


def segment_identity(store, number, generation):
    return siphash128(store.identity, struct.pack("<QQ", number, generation))


def read_block(found):
    """The first sequence of a block and its records."""
    first, messages, length, stored, codec = unpacked("<QIIIB", found.body)
    data = found.body[24 : 24 + stored]
    if found.checked != 24 + stored or codec not in (RAW, LZ4):
        raise Malformed(f"the block at {found.offset}")
    if codec == LZ4:
        data = decompressed(data, length)
    elif length != stored:
        raise Malformed(f"a raw block of {stored} instead of {length} bytes at {found.offset}")
    return first, records(data, messages)


class Commit:
    def __init__(self, found):
        reader = found.reader()
        self.first_live = reader.number(8)
        self.next_sequence = reader.number(8)
        self.live_messages = reader.number(8)
        self.live_bytes = reader.number(8)
        self.last_batch = reader.number(8)
        self.updated = reader.signed(8)
        self.client_ids_at = reader.number(8)
        self.removed = reader.ranges()
        self.metadata = reader.text() or None
        self.origin = reader.text() or None


class ClientIDs:
    def __init__(self, found):
        reader = found.reader()
        self.older = reader.number(8)
        count = reader.number(4)
        reader.bytes(4)
        self.hashes = [(reader.bytes(16), reader.number(8)) for _ in range(count)]


class Segment:
    """The frames of one segment file up to `length`, the last commit, and every message with its sequence."""

    def __init__(self, data, store, number, generation, length):
        identity = segment_identity(store, number, generation)
        self.header = read_header(data, store, SEGMENT, identity)
        if (self.header.number, self.header.generation) != (number, generation):
            raise Malformed("the segment of another session or generation")
        if length > len(data) or length % BLOCK:
            raise Malformed(f"a segment of {length} bytes in a file of {len(data)}")
        self.commit, self.messages, self.client_ids, self.compressed = None, {}, [], 0
        seed = seed_of(identity)
        offset = self.header.length
        ids = {}
        while offset < length:
            found = frame_at(data, offset, seed, length)
            if found.sequence != offset:
                raise Malformed(f"a frame of offset {found.sequence} at {offset}")
            if unpacked("<I", data, found.end - 4)[0] != found.length:
                raise Malformed(f"the frame at {offset} doesn't repeat its length")
            if found.kind == frame.MESSAGE_BLOCK:
                first, messages = read_block(found)
                self.compressed += found.body[20] == LZ4
                for place, message in enumerate(messages):
                    if first + place in self.messages:
                        raise Malformed(f"sequence {first + place} twice")
                    self.messages[first + place] = message
            elif found.kind == frame.CLIENT_IDS:
                ids[offset] = ClientIDs(found)
            elif found.kind == frame.COMMIT:
                self.commit = Commit(found)
                if found.end % BLOCK:
                    raise Malformed(f"a group that ends at {found.end}")
            elif not found.kind & frame.MAY_SKIP:
                raise Malformed(f"kind {found.kind} at {offset}")
            offset = found.end
        if self.commit is None:
            raise Malformed("a segment without a commit")
        place = self.commit.client_ids_at
        while place:
            if place not in ids:
                raise Malformed(f"no client ids at {place}")
            self.client_ids += ids[place].hashes
            place = ids[place].older
        for hashed, sequence in self.client_ids:
            message = self.messages.get(sequence)
            if message and siphash128(store.identity, message.client_id.encode()) != hashed:
                raise Malformed(f"another hash for the client id of sequence {sequence}")
