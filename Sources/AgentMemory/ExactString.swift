/// A string that is equal to another only if the bytes are. Swift's strings are equal when they are canonically
/// equivalent: two session ids that look the same would share their messages.
struct ExactString: Sendable, Hashable {
    let string: String

    init(_ string: String) {
        self.string = string
    }

    static func == (left: ExactString, right: ExactString) -> Bool {
        left.string.utf8.elementsEqual(right.string.utf8)
    }

    func hash(into hasher: inout Hasher) {
        let done: Void? = string.utf8.withContiguousStorageIfAvailable { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        if done == nil {
            for byte in string.utf8 { hasher.combine(byte) }
        }
        // Ends the bytes: the hasher takes them in without their number.
        hasher.combine(0xFF as UInt8)
    }
}
