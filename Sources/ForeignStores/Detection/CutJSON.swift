internal import AgentMemory

/// JSON that was cut off somewhere, as far as it is there.
enum CutJSON {
    /// The value without what is cut, every open bracket closed; `nil` if that isn't JSON.
    static func value(_ bytes: ArraySlice<UInt8>) -> JSONValue? {
        if let whole = try? JSONValue(parsing: Array(bytes)) { return whole }
        guard let (end, open) = lastWhole(bytes) else { return nil }
        var mended = Array(bytes[..<end])
        for bracket in open.reversed() { mended.append(bracket == 0x7B ? 0x7D : 0x5D) }
        return try? JSONValue(parsing: mended)
    }

    /// Where the last member or element ends that is whole, and the brackets that are open there.
    private static func lastWhole(_ bytes: ArraySlice<UInt8>) -> (end: Int, open: [UInt8])? {
        var open: [UInt8] = []
        var last: (end: Int, open: [UInt8])?
        var isInString = false
        var isEscaped = false
        for at in bytes.indices {
            let byte = bytes[at]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case 0x7B, 0x5B:
                guard open.count < MemoryLimits.jsonDepth else { return last }
                open.append(byte)
                last = (at + 1, open)
            case 0x7D, 0x5D:
                guard open.popLast() != nil, !open.isEmpty else { return last }
                last = (at + 1, open)
            case 0x2C where !open.isEmpty: last = (at, open)
            default: break
            }
        }
        return last
    }
}
