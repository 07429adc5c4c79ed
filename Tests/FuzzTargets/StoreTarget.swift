import AmberlogTestKit
import LogFiles
import LogFormat
import StoreModel

/// Whole stores, with bytes of their frames changed behind checksums that are right.
///
/// The first byte chooses the store. Then come changes: a frame (1), a place in it (2), a length (1) and so many bytes.
extension FuzzTarget {
    static let store = FuzzTarget("store", rounds: 20, seeds: seedChanges) { input in
        let base = try (input.first ?? 0).isMultiple(of: 2) ? closedStore.get() : killedStore.get()
        var files = base.fixture.disk.files
        var reader = ByteReader(input, from: min(1, input.count))
        while let number = try? reader.uint8(), let place = try? Int(reader.uint16()),
            let length = try? Int(reader.uint8()), let change = try? reader.slice(min(length, reader.remaining))
        {
            let frame = base.frames.all[Int(number) % base.frames.all.count]
            let covered = FrameHeader.byteCount + frame.checked
            guard var bytes = files[frame.path], (8..<covered).contains(place) else { continue }
            let start = frame.offset + place
            let part = change.prefix(covered - place)
            bytes.replaceSubrange(start..<start + part.count, with: part)
            base.frames.sign(frame, &bytes)
            files[frame.path] = bytes
        }
        let disk = SimulatedDisk(files: files)
        try CallerExecutor.run { _ = try await HostileStore.use(base.fixture.on(disk)) }
    }

    private struct Base: Sendable {
        var fixture: StoreFixture
        var frames: SignedFrames
    }

    private static let closedStore = Result { try makeStore(isClosed: true) }
    private static let killedStore = Result { try makeStore(isClosed: false) }

    private static func makeStore(isClosed: Bool) throws -> Base {
        let made = Monitor<StoreFixture?>(nil)
        try CallerExecutor.run {
            let fixture = try await DamagedStores.make(isClosed: isClosed)
            made.withLock { $0 = fixture }
        }
        guard let fixture = made.withLock({ $0 }) else { throw Contradiction("No store was made") }
        return Base(fixture: fixture, frames: SignedFrames(fixture.disk.files))
    }

    /// A hostile number in some place of some frames.
    @Sendable private static func seedChanges() throws -> [String: [UInt8]] {
        var seeds: [String: [UInt8]] = ["closed": [0], "killed": [1]]
        for (kind, store) in [closedStore, killedStore].enumerated() {
            for (number, frame) in try store.get().frames.all.enumerated()
            where number < 256 && number % 4 == kind && frame.checked >= 8 {
                let place = FrameHeader.byteCount + number * 5 % (frame.checked - 7)
                guard place <= Int(UInt16.max) else { continue }
                seeds["\(kind)-\(number)"] = encoded { writer in
                    writer.append(UInt8(kind))
                    writer.append(UInt8(number))
                    writer.append(UInt16(place))
                    writer.append(UInt8(8))
                    writer.append(UInt64.max >> UInt64(number % 3))
                }
            }
        }
        return seeds
    }
}
