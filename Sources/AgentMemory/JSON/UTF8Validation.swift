/// The offset in `start..<end` of the first byte that is no part of well-formed UTF-8, or `nil`.
///
/// Well-formed as in table 3-7 of the Unicode Standard: no overlong forms, no surrogates, nothing above U+10FFFF.
func firstInvalidUTF8(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let raw = UnsafeRawPointer(base)
    var at = start
    while at < end {
        if at &+ 8 <= end, raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
            at &+= 8
            continue
        }
        let lead = base[at]
        if lead < 0x80 {
            at &+= 1
            continue
        }
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, high) = (4, 0x8F)
        default: return at
        }
        guard at &+ length <= end, base[at &+ 1] >= low, base[at &+ 1] <= high else { return at }
        var next = at &+ 2
        while next < at &+ length {
            guard base[next] & 0xC0 == 0x80 else { return at }
            next &+= 1
        }
        at = next
    }
    return nil
}
