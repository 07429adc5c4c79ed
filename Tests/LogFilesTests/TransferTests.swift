import AmberlogTestKit
import LogFiles
import Testing

/// Callers of the whole-range reads and writes never see that system calls come back short or interrupted.
@Suite struct TransferTests {
    enum Disk: CaseIterable {
        case real, simulated
    }

    static let transfers: [FaultFileSystem.Transfers] = [.whole, .oneByte, .random(seed: 7)]

    private func withFiles(_ kind: Disk, _ body: (FaultFileSystem) throws -> Void) throws {
        switch kind {
        case .simulated:
            try body(FaultFileSystem(SimulatedFileSystem(SimulatedDisk())))
        case .real:
            let directory = try TemporaryDirectory()
            try body(FaultFileSystem(PosixFileSystem(root: directory.path)))
            withExtendedLifetime(directory) {}
        }
    }

    @Test(arguments: Disk.allCases, transfers)
    func `short and interrupted calls are continued`(kind: Disk, transfers: FaultFileSystem.Transfers) throws {
        try withFiles(kind) { files in
            var generator = SeededGenerator(seed: 1)
            let parts = [0, 700, 1, 0, 299, 0].map { generator.bytes($0) }
            let all = Array(parts.joined())
            for isInterrupted in [false, true] {
                files.setTransfers(transfers)
                files.setInterruptions(isInterrupted)
                let file = try files.open("a \(isInterrupted)", .create)
                let buffers = parts.map { part in
                    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: part.count, alignment: 1)
                    copy.copyBytes(from: part)
                    return copy
                }
                defer { for buffer in buffers { buffer.deallocate() } }
                try buffers.map { UnsafeRawBufferPointer($0) }.withUnsafeBufferPointer {
                    try file.writeFully($0, at: 5)
                }
                try file.writeFully(parts[1], at: 1005)
                #expect(try file.bytes(from: 5, count: 1000) == all)
                #expect(try file.bytes(from: 1000, count: 9000) == Array(all[995...]) + parts[1])
                #expect(try file.bytes(from: 0, count: 5) == [0, 0, 0, 0, 0])
                try file.writeZeros(from: 6, count: 998)
                #expect(
                    try file.bytes(from: 5, count: 1000) == [all[0]] + [UInt8](repeating: 0, count: 998) + [all[999]])
            }
        }
    }

    @Test func `one byte moves at a time`() throws {
        try withFiles(.simulated) { files in
            files.setTransfers(.oneByte)
            let file = try files.open("a", .create)
            try file.writeFully([1, 2, 3], at: 0)
            #expect(files.count(of: [.write]) == 3)
            files.setInterruptions(true)
            #expect(try file.bytes(from: 0, count: 3) == [1, 2, 3])
            #expect(files.count(of: [.read]) == 6)
        }
    }

    @Test func `a write that fails for good is reported`() throws {
        try withFiles(.simulated) { files in
            files.setTransfers(.oneByte)
            let file = try files.open("a", .create)
            files.inject(Fault(ErrorNumber.inputOutput, at: [.write], after: 2, times: nil))
            #expect(throws: FileError(.write, "a", number: ErrorNumber.inputOutput)) {
                try file.writeFully([1, 2, 3], at: 0)
            }
            #expect(try file.bytes(from: 0, count: 3) == [1, 2])
        }
    }
}
