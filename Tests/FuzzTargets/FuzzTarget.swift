/// A decoder that is given bytes of any kind.
///
/// Runs in two places: under libFuzzer (`make fuzz TARGET=json`), and in `FuzzTests` with the kept corpus.
package struct FuzzTarget: Sendable {
    package let name: String
    /// So many mutations of the kept inputs take about half a second in a debug build.
    package let rounds: Int
    /// Inputs to begin with, by name: values that were really encoded.
    package let seeds: @Sendable () throws -> [String: [UInt8]]
    private let body: @Sendable (UnsafeRawBufferPointer) throws -> Void

    init(
        _ name: String, rounds: Int, seeds: @escaping @Sendable () throws -> [String: [UInt8]],
        _ body: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) {
        self.name = name
        self.rounds = rounds
        self.seeds = seeds
        self.body = body
    }

    /// Every decoder there is.
    package static let all: [FuzzTarget] =
        [
            .dump, .elements, .frame, .header, .importing, .inflate, .journal, .json, .line, .manifest, .query, .record,
            .run,
            .segment, .splitting, .store, .storeFiles, .token,
        ] + foreign + tables

    /// Decodes the bytes, and checks what came of it.
    ///
    /// - Throws: ``Contradiction`` where what was decoded contradicts itself. That bytes are refused is no error.
    package func run(_ bytes: [UInt8]) throws {
        // With an address, and nothing behind the end that may be read.
        let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { exact.deallocate() }
        exact.copyBytes(from: bytes)
        try body(UnsafeRawBufferPointer(exact))
    }
}

/// Something that must hold for whatever was decoded, and doesn't.
package struct Contradiction: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// - Throws: ``Contradiction`` if the condition doesn't hold.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw Contradiction(what()) }
}
