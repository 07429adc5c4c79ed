import LogFormat

/// STORE, CURRENT and ANCHOR: the small files that say where everything else is.
extension FuzzTarget {
    static let storeFiles = FuzzTarget("store-files", rounds: 2000, seeds: seedStoreFiles) { input in
        try checkIdentity(Array(input))
        try checkCurrent(Array(input))
        try checkAnchor(Array(input))
    }

    private static func checkIdentity(_ input: [UInt8]) throws {
        var bytes = input
        FrameSigning(seed: 0).sign(&bytes)
        guard let identity = bytes.withUnsafeBytes({ try? StoreIdentity.decode($0) }) else { return }
        let again = try encoded { identity.encode(into: &$0) }.withUnsafeBytes { try StoreIdentity.decode($0) }
        try require(again == identity, "\(identity) is read as \(again)")
    }

    private static func checkCurrent(_ input: [UInt8]) throws {
        var bytes = input
        FrameSigning(seed: FuzzIdentity.store.checksumSeed).sign(&bytes)
        guard let current = bytes.withUnsafeBytes({ try? CurrentManifest.decode($0, store: FuzzIdentity.store) }) else {
            return
        }
        let again = try encoded { current.encode(into: &$0, store: FuzzIdentity.store) }
            .withUnsafeBytes { try CurrentManifest.decode($0, store: FuzzIdentity.store) }
        try require(again == current, "\(current) is read as \(again)")
    }

    /// The halves of the input are the slots.
    private static func checkAnchor(_ input: [UInt8]) throws {
        var bytes: [UInt8] = []
        for half in [input.prefix(input.count / 2), input.dropFirst(input.count / 2)] {
            var slot = Array(half.prefix(Limits.blockBytes))
            FrameSigning(seed: FuzzIdentity.store.checksumSeed).sign(&slot)
            bytes += slot + [UInt8](repeating: 0, count: Limits.blockBytes - slot.count)
        }
        guard let anchor = bytes.withUnsafeBytes({ Anchor.decode($0, store: FuzzIdentity.store) }) else { return }
        let place = Int(anchor.offset)
        bytes.replaceSubrange(
            place..<place + Limits.blockBytes, with: encoded { anchor.encode(into: &$0, store: FuzzIdentity.store) })
        let again = bytes.withUnsafeBytes {
            Anchor.decode($0, slot: place / Limits.blockBytes, store: FuzzIdentity.store)
        }
        try require(again == anchor, "\(anchor) is read as \(String(describing: again))")
    }

    @Sendable private static func seedStoreFiles() -> [String: [UInt8]] {
        func slot(_ version: UInt64) -> [UInt8] {
            let anchor = Anchor(version: version, durableThrough: 40, manifestNumber: 3, manifestLength: 8192)
            return Array(encoded { anchor.encode(into: &$0, store: FuzzIdentity.store) }.prefix(56))
        }
        return [
            "store": encoded {
                StoreIdentity(id: FuzzIdentity.store, created_µs: 1_767_225_600_000_000).encode(into: &$0)
            },
            "store-with-features": encoded {
                StoreIdentity(
                    id: FuzzIdentity.store, created_µs: 0, incompatible: 1, readOnlyCompatible: 2, compatible: 4
                )
                .encode(into: &$0)
            },
            "current": encoded { CurrentManifest(number: 7).encode(into: &$0, store: FuzzIdentity.store) },
            "anchor": slot(4) + slot(5), "anchor-half-written": slot(4) + slot(5).dropLast(30),
        ]
    }
}
