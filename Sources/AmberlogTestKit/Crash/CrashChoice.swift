/// What a power loss leaves of the operations that weren't durable.
///
/// Bit `i` of a subset stands for the operation `i` of ``CrashWalker/pending``; what has no bit is dropped.
/// Everything that was synchronized survives every choice, with one exception: without powersafe overwrite a
/// garbage sector takes the synchronized bytes with it that share it.
public enum CrashChoice: Sendable, Hashable {
    /// Nothing that is pending.
    case syncedOnly
    /// All of it: what a process that was killed leaves.
    case everything
    /// The pending operations whose bits are set, in their order. A hole that a dropped write leaves reads as zero,
    /// or as what was there before.
    case subset(UInt64)
    /// A random half of them.
    case randomSubset(seed: UInt64)
    /// All of it, but only the first bytes of the last pending write.
    case tornLast(bytes: Int)
    /// All names and sizes; every sector of every pending write is new, old, zero or garbage.
    ///
    /// `powersafeOverwrite` limits the damage to the bytes that were being written. Without it the whole sector is
    /// garbled, with what was synchronized into it earlier.
    case garbage(seed: UInt64, sector: Int, powersafeOverwrite: Bool = false)
    /// All names and sizes, no data: what a file grew by reads as zero.
    case grownZero
    /// All data, and of the pending creates, renames and unlinks those whose bits are set: bit `i` stands for the
    /// `i`th of them.
    case directoryToggles(UInt64)
    /// A random one of all these for each operation.
    case random(UInt64, powersafeOverwrite: Bool = false)
}

/// What becomes of one pending operation.
enum CrashFate: Sendable, Hashable {
    case kept
    case dropped
    /// The first bytes of a write; `isGrown` if the size is that of the whole write nevertheless.
    case torn(bytes: Int, isGrown: Bool)
    case sectors(seed: UInt64, size: Int, powersafeOverwrite: Bool)
    case grownZero
}

extension CrashChoice {
    func fates(of pending: [PendingOperation]) -> [CrashFate] {
        switch self {
        case .syncedOnly:
            return pending.map { _ in .dropped }
        case .everything:
            return pending.map { _ in .kept }
        case .subset(let bits):
            return pending.indices.map { Self.isSet($0, in: bits) ? .kept : .dropped }
        case .randomSubset(let seed):
            var generator = SeededGenerator(seed: seed)
            return pending.map { _ in generator.chance(50) ? .kept : .dropped }
        case .tornLast(let bytes):
            let last = pending.lastIndex { $0.operation.isWrite }
            return pending.indices.map { $0 == last ? .torn(bytes: bytes, isGrown: false) : .kept }
        case .garbage(let seed, let sector, let powersafeOverwrite):
            var generator = SeededGenerator(seed: seed)
            return pending.map { _ in
                .sectors(seed: generator.next(), size: sector, powersafeOverwrite: powersafeOverwrite)
            }
        case .grownZero:
            return pending.map { _ in .grownZero }
        case .directoryToggles(let bits):
            var index = -1
            return pending.map { pending in
                guard pending.operation.isDirectoryOperation else { return .kept }
                index += 1
                return Self.isSet(index, in: bits) ? .kept : .dropped
            }
        case .random(let seed, let powersafeOverwrite):
            var generator = SeededGenerator(seed: seed)
            // Some crashes lose nearly all, some next to nothing.
            let dropChance = generator.below(91)
            return pending.map { pending in
                if generator.chance(dropChance) { return .dropped }
                return Self.randomFate(of: pending.operation, powersafeOverwrite, using: &generator)
            }
        }
    }

    private static func isSet(_ index: Int, in bits: UInt64) -> Bool {
        // Shifting by more than the width gives 0.
        bits >> UInt64(index) & 1 == 1
    }

    private static func randomFate(
        of operation: DiskOperation, _ powersafeOverwrite: Bool, using generator: inout SeededGenerator
    ) -> CrashFate {
        guard operation.isWrite else { return .kept }
        let seed = generator.next()
        switch generator.below(7) {
        case 0: return .torn(bytes: generator.below(operation.writeCount), isGrown: generator.chance(50))
        case 1: return .sectors(seed: seed, size: 512, powersafeOverwrite: powersafeOverwrite)
        case 2: return .sectors(seed: seed, size: 4096, powersafeOverwrite: powersafeOverwrite)
        case 3: return .grownZero
        default: return .kept
        }
    }
}

extension DiskTree {
    /// Carries out what the crash left of an operation.
    mutating func apply(_ operation: DiskOperation, _ fate: CrashFate) {
        guard case .write(let file, let offset, let bytes) = operation else {
            if fate != .dropped {
                apply(operation)
            } else if case .createDirectory(let directory, _) = operation {
                // Without a name, but a rename that survived may give it one.
                makeDirectory(directory)
            }
            return
        }
        switch fate {
        case .kept:
            write(bytes[...], to: file, at: offset)
        case .dropped:
            break
        case .torn(let count, let isGrown):
            write(bytes.prefix(count), to: file, at: offset)
            if isGrown { grow(file, to: offset + bytes.count) }
        case .sectors(let seed, let size, let powersafeOverwrite):
            writeSectors(
                bytes, to: file, at: offset, seed: seed, sector: size, powersafeOverwrite: powersafeOverwrite)
        case .grownZero:
            grow(file, to: offset + bytes.count)
        }
    }

    private mutating func writeSectors(
        _ bytes: [UInt8], to file: Inode, at offset: Int, seed: UInt64, sector: Int, powersafeOverwrite: Bool
    ) {
        let end = offset + bytes.count
        grow(file, to: end)
        let size = contents[file]?.count ?? 0
        var generator = SeededGenerator(seed: seed)
        for start in stride(from: offset / sector * sector, to: end, by: sector) {
            let whole = start..<min(start + sector, size)
            let written = whole.clamped(to: offset..<end)
            switch generator.below(5) {
            case 0:
                break
            case 1:
                let source = bytes[(written.lowerBound - offset)..<(written.upperBound - offset)]
                write(source, to: file, at: written.lowerBound)
            case 2:
                write([UInt8](repeating: 0, count: written.count)[...], to: file, at: written.lowerBound)
            default:
                let garbled = powersafeOverwrite ? written : whole
                write(generator.bytes(garbled.count)[...], to: file, at: garbled.lowerBound)
            }
        }
    }
}
