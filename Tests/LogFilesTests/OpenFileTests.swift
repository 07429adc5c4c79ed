import AmberlogTestKit
import LogFiles
import Testing

/// What holds for open files on both file systems.
@Suite struct OpenFileTests {
    private func withFileSystems(_ body: (any FileSystem) throws -> Void) throws {
        try body(SimulatedFileSystem(SimulatedDisk()))
        let directory = try TemporaryDirectory()
        try body(PosixFileSystem(root: directory.path))
        withExtendedLifetime(directory) {}
    }

    @Test func `a removed file stays readable while it is open`() throws {
        try withFileSystems { files in
            let file = try files.open("a", .create)
            try file.writeFully([1, 2], at: 0)
            try files.remove("a")
            #expect(try file.bytes(from: 0, count: 2) == [1, 2])
            try file.writeFully([3], at: 2)
            #expect(try file.size() == 3)
            #expect(try files.list("").isEmpty)
        }
    }

    @Test func `a replaced file stays readable while it is open`() throws {
        try withFileSystems { files in
            let old = try files.open("a", .create)
            try old.writeFully([1], at: 0)
            try files.open("b", .create).writeFully([2], at: 0)
            try files.rename("b", to: "a")
            #expect(try old.bytes(from: 0, count: 1) == [1])
            #expect(try files.open("a", .read).bytes(from: 0, count: 1) == [2])
        }
    }

    @Test func `reads end at the end of the file`() throws {
        try withFileSystems { files in
            let file = try files.open("a", .create)
            try file.writeFully([1, 2, 3], at: 2)
            #expect(try file.bytes(from: 0, count: 100) == [0, 0, 1, 2, 3])
            #expect(try file.bytes(from: 5, count: 1) == [])
            #expect(try file.bytes(from: 1 << 40, count: 1) == [])
        }
    }

    @Test func `errors say what failed`() throws {
        try withFileSystems { files in
            let error = try #require(throws: FileError.self) { _ = try files.open("d/a", .read) }
            #expect(error == FileError(.open, "d/a", number: ErrorNumber.notFound))
            #expect(error.isNotFound)
            #expect(error.description.hasPrefix("open d/a: "))
        }
    }

    @Test func `the root goes on working when it is renamed`() throws {
        let directory = try TemporaryDirectory()
        let outer = try PosixFileSystem(root: directory.path)
        let files = try PosixFileSystem(root: directory.path + "/store", create: true)
        try outer.rename("store", to: "moved")
        _ = try files.open("a", .create)
        #expect(try outer.list("moved") == ["a"])
    }

    @Test func `more parts than one system call takes are written`() throws {
        try withFileSystems { files in
            let file = try files.open("a", .create)
            let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
            try bytes.withUnsafeBytes { buffer in
                let parts = buffer.indices.map { UnsafeRawBufferPointer(rebasing: buffer[$0...$0]) }
                try parts.withUnsafeBufferPointer { try file.writeFully($0, at: 0) }
            }
            #expect(try file.bytes(from: 0, count: 6000) == bytes)
        }
    }
}
