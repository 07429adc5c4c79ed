"""Numbers, varints and texts out of bytes, none of them believed before it is checked."""

import struct


class Malformed(Exception):
    """Bytes that FORMAT.md doesn't allow."""


class ByteReader:
    def __init__(self, data, position=0, end=None):
        self.data = data
        self.position = position
        self.end = len(data) if end is None else end
        if not 0 <= position <= self.end <= len(data):
            raise Malformed("a range outside of its bytes")

    @property
    def is_at_end(self):
        return self.position == self.end

    def bytes(self, count):
        if count > self.end - self.position:
            raise Malformed(f"{count} bytes wanted, {self.end - self.position} left")
        start = self.position
        self.position += count
        return bytes(self.data[start : self.position])

    def rest(self):
        return self.bytes(self.end - self.position)

    def number(self, size):
        return int.from_bytes(self.bytes(size), "little")

    def signed(self, size):
        return int.from_bytes(self.bytes(size), "little", signed=True)

    def varint(self):
        value = 0
        for shift in range(0, 70, 7):
            byte = self.number(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >> 64:
                    break
                return value
        raise Malformed("a varint of more than 64 bits")

    def signed_varint(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def text_bytes(self):
        return self.bytes(self.varint())

    def text(self):
        return utf8(self.text_bytes())

    def ranges(self):
        return [(start, start + self.varint()) for start in (self.varint() for _ in range(self.varint()))]


def utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"no UTF-8: {error}") from None


def unpacked(layout, data, offset=0):
    if offset < 0 or offset + struct.calcsize(layout) > len(data):
        raise Malformed("a field beyond the end")
    return struct.unpack_from(layout, data, offset)
