"""The LZ4 block format, decompression only."""

from byte_reader import Malformed


def decompressed(data, size):
    """The `size` bytes that the LZ4 block `data` stands for."""
    output = bytearray()
    position = 0

    def run_length(nibble):
        nonlocal position
        length = nibble
        if nibble == 15:
            while True:
                byte = data[position]
                position += 1
                length += byte
                if byte != 255:
                    break
        return length

    try:
        while True:
            token = data[position]
            position += 1
            literals = run_length(token >> 4)
            if position + literals > len(data):
                raise Malformed("LZ4: literals beyond the end")
            output += data[position : position + literals]
            position += literals
            if position == len(data):
                break  # The last sequence has no match.
            distance = data[position] | data[position + 1] << 8
            position += 2
            length = run_length(token & 15) + 4
            if not 1 <= distance <= len(output) or len(output) + length > size:
                raise Malformed("LZ4: a match outside of the output")
            for _ in range(length):  # Byte by byte: a match may overlap what it makes.
                output.append(output[-distance])
    except IndexError:
        raise Malformed("LZ4: ends early") from None
    if len(output) != size:
        raise Malformed(f"LZ4: {len(output)} bytes instead of {size}")
    return bytes(output)
