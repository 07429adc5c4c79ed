"""STORE, CURRENT, ANCHOR, and the header that journals, manifests, segments and index runs begin with."""

from collections import namedtuple

import frame
from byte_reader import Malformed, utf8
from frame import frame_at, frame_or_none, seed_of

MAGIC = b"AMBERLOG"
VERSION = 1
JOURNAL, SEGMENT, MANIFEST, RUN = range(1, 5)
HEADER_ROOM = 4096

Store = namedtuple("Store", "identity created features")
Header = namedtuple("Header", "kind store identity number generation created time_to_live session length")
Anchor = namedtuple("Anchor", "version durable_through manifest manifest_length")


def read_store(data):
    reader = frame_at(data, 0, 0).expect(frame.STORE).reader()
    if reader.bytes(8) != MAGIC:
        raise Malformed("STORE has another magic")
    version = reader.number(2)
    if version != VERSION:
        raise Malformed(f"format version {version}")
    reader.bytes(6)
    identity, created = reader.bytes(16), reader.signed(8)
    features = [reader.number(8) for _ in range(3)]
    # Reading is all that this program does: what only writers must know doesn't concern it.
    if features[0]:
        raise Malformed(f"incompatible features {features[0]:#x}")
    return Store(identity, created, features)


def read_header(data, store=None, kind=None, identity=None):
    found = frame_at(data, 0, 0).expect(frame.FILE_HEADER)
    reader = found.reader()
    if reader.bytes(8) != MAGIC:
        raise Malformed("another magic")
    if reader.number(2) != VERSION:
        raise Malformed("another version")
    file_kind = reader.number(1)
    reader.bytes(5)
    store_identity, file_identity = reader.bytes(16), reader.bytes(16)
    number, generation = reader.number(8), reader.number(8)
    created = time_to_live = session = None
    if file_kind == SEGMENT:
        created, time_to_live = reader.signed(8), reader.signed(8)
        session = utf8(reader.text_bytes())
    elif found.length != HEADER_ROOM:
        raise Malformed(f"a header of {found.length} bytes")
    if kind is not None and file_kind != kind:
        raise Malformed(f"file kind {file_kind} instead of {kind}")
    if store is not None and store_identity != store.identity:
        raise Malformed("a file of another store")
    if identity is not None and file_identity != identity:
        raise Malformed("another file's identity")
    return Header(
        file_kind, store_identity, file_identity, number, generation, created, time_to_live, session, found.length
    )


def read_current(data, store):
    return frame_at(data, 0, seed_of(store.identity)).expect(frame.CURRENT).sequence


def anchor_slots(data, store):
    slots = []
    for slot in range(2):
        found = frame_or_none(data, slot * frame.BLOCK, seed_of(store.identity))
        if found and found.kind == frame.ANCHOR and found.sequence % 2 == slot:
            reader = found.reader()
            slots.append(Anchor(found.sequence, reader.number(8), reader.number(8), reader.number(8)))
    return slots


def read_anchor(data, store):
    return max(anchor_slots(data, store), default=None)
