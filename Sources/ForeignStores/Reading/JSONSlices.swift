internal import AgentMemory

/// The pieces of JSON as they stand there, byte by byte, in their order: a value has lost both.
///
/// For bytes that have been read as JSON. Of others it gives what looks like pieces, or nothing.
enum JSONSlices {
    /// The members of an object.
    static func members(of object: ArraySlice<UInt8>) -> [(key: String, value: ArraySlice<UInt8>)] {
        var members: [(key: String, value: ArraySlice<UInt8>)] = []
        var at = start(of: object, bracket: 0x7B)
        while at < object.endIndex, object[at] == 0x22 {
            let keyEnd = endOfValue(object, from: at)
            guard let key = (try? JSONValue(parsing: Array(object[at..<keyEnd])))?.stringValue else { break }
            let colon = skipSpace(object, from: keyEnd)
            guard colon < object.endIndex, object[colon] == 0x3A else { break }
            let valueStart = skipSpace(object, from: colon + 1)
            let valueEnd = endOfValue(object, from: valueStart)
            members.append((key, object[valueStart..<valueEnd]))
            at = next(object, behind: valueEnd)
        }
        return members
    }

    /// The value of a key; of one that occurs twice, the last.
    static func member(_ key: String, of object: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        members(of: object).last { $0.key == key }?.value ?? []
    }

    /// The elements of an array.
    static func elements(of array: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var elements: [ArraySlice<UInt8>] = []
        var at = start(of: array, bracket: 0x5B)
        while at < array.endIndex, array[at] != 0x5D {
            let end = endOfValue(array, from: at)
            guard end > at else { break }
            elements.append(array[at..<end])
            at = next(array, behind: end)
        }
        return elements
    }

    /// An object without one of its members.
    static func object(_ object: ArraySlice<UInt8>, without key: String) -> [UInt8] {
        var kept: [UInt8] = [0x7B]
        for (name, value) in members(of: object) where name != key {
            if kept.count > 1 { kept.append(0x2C) }
            JSONValue.string(name).append(to: &kept)
            kept.append(0x3A)
            kept += value
        }
        kept.append(0x7D)
        return kept
    }

    private static func start(of bytes: ArraySlice<UInt8>, bracket: UInt8) -> Int {
        let at = skipSpace(bytes, from: bytes.startIndex)
        guard at < bytes.endIndex, bytes[at] == bracket else { return bytes.endIndex }
        return skipSpace(bytes, from: at + 1)
    }

    private static func skipSpace(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        var at = start
        while at < bytes.endIndex, bytes[at] <= 0x20 { at += 1 }
        return at
    }

    /// Where the next member or element begins; the end where there is none.
    private static func next(_ bytes: ArraySlice<UInt8>, behind end: Int) -> Int {
        let at = skipSpace(bytes, from: end)
        guard at < bytes.endIndex, bytes[at] == 0x2C else { return bytes.endIndex }
        return skipSpace(bytes, from: at + 1)
    }

    private static func endOfValue(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        var at = start
        var depth = 0
        var isInString = false
        while at < bytes.endIndex {
            let byte = bytes[at]
            if isInString {
                at += byte == 0x5C ? 2 : 1
                if byte == 0x22 {
                    isInString = false
                    if depth == 0 { return at }
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                if depth == 0 { return at }
                depth -= 1
                if depth == 0 { return at + 1 }
            case 0x2C, 0x20, 0x09, 0x0A, 0x0D:
                if depth == 0 { return at }
            default: break
            }
            at += 1
        }
        return min(at, bytes.endIndex)
    }
}
