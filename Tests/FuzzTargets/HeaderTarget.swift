import LogFormat

/// The header that begins a journal, a segment, a manifest or an index run.
extension FuzzTarget {
    static let header = FuzzTarget("header", rounds: 2000, seeds: seedHeaders) { input in
        var bytes = Array(input)
        FrameSigning(seed: 0).sign(&bytes)
        let found = bytes.withUnsafeBytes { try? FileHeader.decode($0) }
        guard let (header, _) = found else { return }
        let again = try encoded { header.encode(into: &$0, trailer: header.kind == .segment) }
            .withUnsafeBytes { try FileHeader.decode($0).header }
        try require(again == header, "\(header) is read as \(again)")
    }

    @Sendable private static func seedHeaders() -> [String: [UInt8]] {
        func header(_ kind: FileKind, session: String? = nil) -> [UInt8] {
            encoded { writer in
                FileHeader(
                    kind: kind, store: FuzzIdentity.store, file: FuzzIdentity.file, number: 3, generation: 2,
                    session: session.map { .init(id: $0, created_µs: -5, timeToLive_µs: 1 << 40) }
                ).encode(into: &writer, trailer: session != nil)
            }
        }
        return [
            "journal": header(.journal), "manifest": header(.manifest), "index-run": header(.indexRun),
            "segment": header(.segment, session: "user_123"),
            "segment-beyond-ascii": header(.segment, session: "кэрол"),
        ]
    }
}
