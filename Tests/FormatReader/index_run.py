"""Index runs: which messages have which terms. FORMAT.md, "Index runs"."""

from collections import namedtuple

import frame
from byte_reader import ByteReader, Malformed, unpacked
from frame import frame_at, seed_of
from store_files import HEADER_ROOM, RUN, read_header

PAGE_BODY = 16384
PAGE_FRAME = 16408
IN_BLOCK = 128

Stretch = namedtuple("Stretch", "session first number messages lengths")


def length_byte(words):
    if words < 32:
        return words
    exponent = words.bit_length() - 1 - 4
    return min(16 * exponent + (words >> exponent), 255)


def length_of(byte):
    return byte if byte < 32 else (16 + byte % 16) << (byte // 16 - 1)


def unpacked_lanes(data, width):
    """128 numbers of `width` bits in four lanes."""
    lanes = []
    for lane in range(4):
        words = (data[16 * k + 4 * lane : 16 * k + 4 * lane + 4] for k in range(width))
        lanes.append(int.from_bytes(b"".join(words), "little"))
    return [lanes[i % 4] >> (i // 4 * width) & ((1 << width) - 1) for i in range(IN_BLOCK)]


def pairs(reader, count, before):
    """The messages of a short list, and how often each has the term; gaps count from `before`."""
    found = []
    for _ in range(count):
        gap = reader.varint()
        often = 1 if gap & 1 else reader.number(1)
        before += gap >> 1
        found.append((before, often))
        before += 1
    return found


class Run:
    """All of one run: `stretches`, `lengths`, `times`, and `terms`: bytes to a list of (message, how often)."""

    def __init__(self, data, store, item):
        header = read_header(data, store, RUN, item.identity)
        if header.number != item.number:
            raise Malformed(f"run {header.number} where {item.number} was expected")
        seed = seed_of(item.identity)
        self.space = bytearray()
        for page in range(item.pages):
            found = frame_at(data, HEADER_ROOM + PAGE_FRAME * page, seed).expect(frame.PAGE)
            if (found.sequence, found.length, found.checked) != (page, PAGE_FRAME, PAGE_BODY):
                raise Malformed(f"page {page}")
            self.space += found.body
        self._summary((item.pages - 1) * PAGE_BODY)
        if self.messages != item.messages:
            raise Malformed(f"{self.messages} messages in the run, {item.messages} in the manifest")
        self._columns()
        self._dictionary()

    def _summary(self, at):
        magic, bits, self.messages, self.term_count, self.length_sum, self.pieces, self.entries = unpacked(
            "<4sIIIQII", self.space, at
        )
        self.fences, self.fences_end, self.directory, self.lengths_at, self.times_at, self.base, self.end = unpacked(
            "<QQQQQqQ", self.space, at + 32
        )
        if magic != b"1NUR" or self.messages > 1 << 30:
            raise Malformed("the run's summary")
        self.is_stemmed = bool(bits & 1)

    def _columns(self):
        for address in (self.directory, self.lengths_at, self.times_at):
            if address % PAGE_BODY:
                raise Malformed("a column that doesn't begin on a page")
        self.stretches = [
            Stretch(*unpacked("<QQIIQ", self.space, self.directory + 32 * entry)) for entry in range(self.entries)
        ]
        self.lengths = bytes(self.space[self.lengths_at : self.lengths_at + self.messages])
        seconds = unpacked(f"<{self.messages}I", self.space, self.times_at)
        self.times = [self.base + offset for offset in seconds]
        if self.end != self.times_at + 4 * self.messages:
            raise Malformed("the end of the times")
        number = 0
        self.documents = []
        for stretch in self.stretches:
            if stretch.number != number:
                raise Malformed("a gap in the directory")
            self.documents += [(stretch.session, stretch.first + place) for place in range(stretch.messages)]
            number += stretch.messages
        if number != self.messages or self.documents != sorted(set(self.documents)):
            raise Malformed("the directory's messages")
        if sum(stretch.lengths for stretch in self.stretches) != self.length_sum:
            raise Malformed("the sum of the lengths")

    def _dictionary(self):
        self.terms = {}
        reader = ByteReader(self.space, self.fences, self.fences_end)
        for _ in range(self.pieces):
            address, length = reader.number(8), reader.number(2)
            first = reader.bytes(reader.number(1))
            self._whole(address, length)
            piece = self._piece(address, length)
            if piece[0] != first:
                raise Malformed(f"the fence of the piece at {address}")
        if not reader.is_at_end or len(self.terms) != self.term_count:
            raise Malformed("the dictionary's terms")
        if list(self.terms) != sorted(self.terms):
            raise Malformed("terms out of order")

    def _whole(self, address, length):
        if length and address // PAGE_BODY != (address + length - 1) // PAGE_BODY:
            raise Malformed(f"{length} bytes at {address} cross a page")

    def _piece(self, address, length):
        (groups,) = unpacked("<H", self.space, address + length - 2)
        offsets = unpacked(f"<{groups}H", self.space, address + length - 2 - 2 * groups)
        reader = ByteReader(self.space, address, address + length - 2 - 2 * groups)
        terms, starts = [], []
        while not reader.is_at_end:
            if len(terms) % 16 == 0:
                starts.append(reader.position - address)
            shared, more = reader.number(1), reader.number(1)
            if shared and (len(terms) % 16 == 0 or shared > len(terms[-1])):
                raise Malformed("a shared beginning")
            term = (terms[-1][:shared] if shared else b"") + reader.bytes(more)
            terms.append(term)
            self.terms[term] = self._postings(reader)
        if tuple(starts) != offsets:
            raise Malformed(f"the groups of the piece at {address}")
        return terms

    def _postings(self, reader):
        count = reader.varint()
        if count == 1:
            found = [(reader.varint(), reader.number(1))]
        elif count <= IN_BLOCK:
            address = reader.varint()
            short = ByteReader(self.space, address)
            found = pairs(short, count, 0)
            self._whole(address, short.position - address)
        else:
            found = self._long_list(reader.varint(), count)
            self._check_frontier(reader.bytes(6), found)
        if len(found) != count or any(number >= self.messages for number, _ in found):
            raise Malformed("a list of messages")
        return found

    def _long_list(self, skip, count):
        blocks = -(-count // IN_BLOCK)
        if skip % 16:
            raise Malformed("skip entries that aren't aligned")
        found, before = [], 0
        for block in range(blocks):
            last, back, frontier, zero = unpacked("<II6sH", self.space, skip + 16 * block)
            messages = min(IN_BLOCK, count - IN_BLOCK * block)
            these = self._block(skip - back, messages, before)
            if these[-1][0] != last or zero:
                raise Malformed(f"the skip entry of block {block}")
            self._check_frontier(frontier, these)
            found += these
            before = last + 1
        return found

    def _block(self, address, messages, before):
        reader = ByteReader(self.space, address)
        first, second = reader.number(1), reader.number(1)
        if first == 255:
            if second + 1 != messages:
                raise Malformed(f"{second + 1} messages in a block of {messages}")
            found = pairs(reader, messages, before)
        else:
            if first > 24 or second > 8 or messages != IN_BLOCK:
                raise Malformed(f"a block of widths {first} and {second}")
            gaps = unpacked_lanes(reader.bytes(16 * first), first)
            counts = unpacked_lanes(reader.bytes(16 * second), second)
            found = []
            for gap, less in zip(gaps, counts):
                before += gap
                found.append((before, less + 1))
                before += 1
        self._whole(address, reader.position - address)
        return found

    def _check_frontier(self, data, messages):
        best = [(pair >> 8, pair & 255) for pair in unpacked("<HHH", data)]
        for number, often in messages:
            if not any(top >= often and shortest <= self.lengths[number] for top, shortest in best):
                raise Malformed(f"message {number} scores better than its frontier")
