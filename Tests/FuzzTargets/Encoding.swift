import LogFormat

/// The bytes that a value is encoded to.
func encoded(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    body(&writer)
    return writer.array()
}

/// Identities that never change, so that inputs stay what they are.
enum FuzzIdentity {
    static let store = Identity(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
    static let file = Identity(high: 0xA5A5_0000_0000_0001, low: 0x5A5A_0000_0000_0002)
}
