#if SQLite
    import AgentMemory
    import Foundation
    import Testing

    @testable import ForeignDatabases
    @testable import ForeignStores

    /// Whatever is in a database, reading it ends: with messages, refusals or an error.
    @Suite struct MutatedDatabasesTests {
        private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/foreign").path

        private struct Random {
            var state: UInt64

            mutating func next(below bound: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33) % bound
            }
        }

        @Test(arguments: DatabaseExpectation.layouts.keys.sorted())
        func `damaged anywhere`(_ layout: String) throws {
            let scratch = try Scratch()
            let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder + "/" + layout)
            let name = try #require(names.filter { $0.hasSuffix(".db") }.min())
            let whole = Array(try Data(contentsOf: URL(filePath: "\(Self.folder)/\(layout)/\(name)")))
            var random = Random(state: 20_260_131)
            var read = 0
            for number in 0..<40 {
                var bytes = whole
                for _ in 0...random.next(below: 24) {
                    // Not the header's first page: that is refused before anything is read.
                    bytes[100 + random.next(below: bytes.count - 100)] = UInt8(random.next(below: 256))
                }
                if number % 8 == 7 { bytes.removeLast(random.next(below: bytes.count / 2)) }
                let path = scratch.file("\(number).db")
                try Data(bytes).write(to: URL(filePath: path))
                do {
                    for source in try DatabaseSource.sources(in: path) {
                        read += try Found.read(source, keepsOriginal: number % 2 == 0).said.count
                    }
                } catch is MemoryError {
                    continue
                }
            }
            // The others are not all beyond reading, or nothing would be tested.
            #expect(read > 0 || layout == "openai-agents-encrypted")
        }
    }
#endif
