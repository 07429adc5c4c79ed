"""Journals: batches of what happened. FORMAT.md, "The journal: batches"."""

from collections import namedtuple

import frame
from byte_reader import Malformed, unpacked
from checksum import crc32c
from frame import frame_or_none, later_frames, numbered_frames, seed_of
from store_files import HEADER_ROOM, JOURNAL, read_header

BEGIN, APPEND, END, FIRST_LIVE, REMOVED, METADATA, ORIGIN = range(1, 8)

Entry = namedtuple("Entry", "kind flags messages session value payload")


class Batch:
    def __init__(self, found):
        self.number = found.sequence
        self.end = found.end
        body = found.body
        self.durable_through, self.time, count, zero = unpacked("<QqII", body)
        if found.checked != 24 + 40 * count or zero:
            raise Malformed(f"batch {self.number}: {count} entries in {found.checked} checked bytes")
        self.entries, self.damaged = [], []
        for index in range(count):
            kind, flags, _, messages, session, value, offset, length, checksum, _ = unpacked(
                "<BBHIQQIIII", body, 24 + 40 * index
            )
            start = found.checked + offset
            payload = body[start : start + length]
            if len(payload) != length or crc32c(0, payload) != checksum:
                self.damaged.append(session)
            self.entries.append(Entry(kind, flags, messages, session, value, payload))


class Journal:
    """The batches of one journal, up to its end."""

    def __init__(self, data, store, item, following, checkpointed):
        """`following`: the batch that follows on the journal before; `None` if that is retired."""
        if len(data) < item.size:
            raise Malformed(f"journal {item.number} has {len(data)} of {item.size} bytes")
        header = read_header(data, store, JOURNAL, item.identity)
        if header.number != item.number:
            raise Malformed(f"journal {header.number} where {item.number} was expected")
        seed = seed_of(item.identity)
        data = data[: item.end_offset or len(data)]
        first = following or item.first_batch
        start = HEADER_ROOM
        if not first:
            # Its predecessor is retired: it begins with whatever stands there.
            found = frame_or_none(data, HEADER_ROOM, seed)
            first = found.sequence if found else checkpointed + 1
            if first > checkpointed + 1:
                raise Malformed(f"batches {checkpointed + 1} to {first - 1} are missing")
            if not found:
                # What stood before the first batch that counts is damaged, and stands in segments.
                later = later_frames(data, HEADER_ROOM, seed, frame.BATCH, checkpointed)
                start = next((found.offset for found in later if found.sequence == first), start)
        self.batches = []
        end = start
        for found in numbered_frames(data, start, seed, frame.BATCH, first):
            batch = Batch(found)
            if batch.damaged:
                # A payload that was being written when the power went, unless something later vouches for it.
                break
            self.batches.append(batch)
            end = found.end
        self.next_batch = first + len(self.batches)
        if self.next_batch > checkpointed:
            self._look_for_damage(data[end:], end, seed, item)

    def _look_for_damage(self, rest, end, seed, item):
        number = f"batch {self.next_batch} of journal {item.number}"
        if item.end_offset and self.next_batch <= item.last_batch:
            raise Malformed(f"{number} is damaged: the manifest has it")
        for later in later_frames(rest, 0, seed, frame.BATCH, self.next_batch):
            if unpacked("<Q", later.body)[0] >= self.next_batch:
                raise Malformed(f"{number} is damaged: the one at {end + later.offset} was written after it")
