"""Message records, as journals and segments hold them. FORMAT.md, "Message records"."""

from byte_reader import ByteReader, Malformed, utf8

ROLES = {1: "user", 2: "assistant", 3: "system", 4: "tool"}
ASCII, HAS_ID, HAS_METADATA = 1, 2, 4


class Record:
    def __init__(self, reader):
        start = reader.position
        self.length = length = reader.number(4)
        if not 16 <= length <= reader.end - start:
            raise Malformed(f"a record of {length} bytes")
        body = ByteReader(reader.data, reader.position, start + length)
        reader.position = start + length
        self.code, self.flags = body.number(1), body.number(1)
        if body.number(2):
            raise Malformed("bytes that have to be zero")
        self.time = body.signed(8)
        self.metadata = utf8(body.bytes(body.number(4))) if self.flags & HAS_METADATA else None
        self.client_id = utf8(body.bytes(body.number(2))) if self.flags & HAS_ID else None
        if self.code:
            if self.code not in ROLES:
                raise Malformed(f"role {self.code}")
            self.role = ROLES[self.code]
        else:
            self.role = utf8(body.bytes(body.number(2)))
        content = body.rest()
        if self.flags & ASCII and not content.isascii():
            raise Malformed("content that is said to be ASCII")
        self.content = utf8(content)


def records(data, count):
    reader = ByteReader(data)
    found = [Record(reader) for _ in range(count)]
    if not reader.is_at_end:
        raise Malformed("bytes behind the last record")
    return found
