import AmberlogTestKit
import Foundation
import LogFiles
import Testing

/// Locks exclude other open files of the same file, and go with the open file that holds them.
@Suite struct FileLockTests {
    private func withFileSystems(_ body: (any FileSystem) throws -> Void) throws {
        try body(SimulatedFileSystem(SimulatedDisk(files: ["LOCK": [], "b": []])))
        let directory = try TemporaryDirectory()
        let posix = try PosixFileSystem(root: directory.path)
        for name in ["LOCK", "b"] { _ = try posix.open(name, .create) }
        try body(posix)
        withExtendedLifetime(directory) {}
    }

    @Test func `an exclusive lock excludes every other open file`() throws {
        try withFileSystems { files in
            let first = try files.open("LOCK", .readWrite)
            let second = try files.open("LOCK", .read)
            #expect(try first.tryLock(.exclusive))
            #expect(try first.tryLock(.exclusive))
            #expect(try !second.tryLock(.exclusive))
            #expect(try !second.tryLock(.shared))
            #expect(try files.open("b", .read).tryLock(.exclusive))
            try first.unlock()
            #expect(try second.tryLock(.shared))
        }
    }

    @Test func `shared locks exclude exclusive ones alone`() throws {
        try withFileSystems { files in
            let open = try (0..<3).map { _ in try files.open("LOCK", .read) }
            #expect(try open[0].tryLock(.shared))
            #expect(try open[1].tryLock(.shared))
            #expect(try !open[2].tryLock(.exclusive))
            try open[0].unlock()
            #expect(try !open[2].tryLock(.exclusive))
            try open[1].unlock()
            #expect(try open[2].tryLock(.exclusive))
        }
    }

    @Test func `a lock goes when its file is closed`() throws {
        try withFileSystems { files in
            var holder: (any File)? = try files.open("LOCK", .read)
            #expect(try holder?.tryLock(.exclusive) == true)
            let other = try files.open("LOCK", .read)
            #expect(try !other.tryLock(.shared))
            holder = nil
            #expect(try other.tryLock(.exclusive))
        }
    }

    #if os(Linux)
        /// A child between fork and exec is such a copy, for some microseconds.
        @Test func `a lock goes when its file is closed, and a copy of its descriptor is not`() throws {
            let directory = try TemporaryDirectory()
            let files = try PosixFileSystem(root: directory.path)
            var holder: (any File)? = try files.open("LOCK", .create)
            let copies = try descriptors(ofPath: "\(directory.path)/LOCK").map { dup($0) }
            defer { for copy in copies { close(copy) } }
            #expect(copies.count == 1)
            #expect(try holder?.tryLock(.exclusive) == true)
            holder = nil
            #expect(try files.open("LOCK", .read).tryLock(.exclusive))
        }

        private func descriptors(ofPath path: String) throws -> [Int32] {
            let canonical = URL(filePath: path).resolvingSymlinksInPath().path
            return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init).filter {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == canonical
            }
        }
    #endif

    @Test func `a lock follows the file through a rename`() throws {
        try withFileSystems { files in
            let old = try files.open("LOCK", .read)
            #expect(try old.tryLock(.exclusive))
            try files.rename("LOCK", to: "moved")
            #expect(try !files.open("moved", .read).tryLock(.shared))
            #expect(try files.open("LOCK", .create).tryLock(.exclusive))
        }
    }
}
