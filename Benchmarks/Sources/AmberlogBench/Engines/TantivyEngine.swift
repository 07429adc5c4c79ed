import Glibc

/// tantivy by its Python package, in a process of its own, which measures its own calls.
///
/// Queries are put together beforehand, and the addresses of the ten best are looked up afterwards, both untimed.
final class TantivyEngine: SearchingEngine {
    static let python = ".venv/bin/python"
    static let script = "Peers/tantivy_engine.py"

    let sessionStatistics = SessionStatistics.store
    private let child: ChildProcess

    /// Whether the package is there; `Benchmarks/run` installs it.
    static var isAvailable: Bool {
        if access(python, X_OK) != 0 || access(script, R_OK) != 0 { return false }
        return system("\(python) -c 'import tantivy' 2>/dev/null") == 0
    }

    init(_ path: String) throws {
        child = try ChildProcess([Self.python, Self.script])
        _ = try child.call(["open", path])
    }

    static func build(
        _ path: String, _ file: String, threads: Int, commits: Int, positions: Bool = true
    ) throws -> SearchBuild {
        try Files.makeDirectory(path)
        let child = try ChildProcess([python, script])
        defer { child.close() }
        let answer = try child.call([
            "build", path, file, "\(threads)", "\(commits)", positions ? "position" : "freq",
        ])
        guard answer.count == 3, let seconds = Double(answer[0]), let processor = Double(answer[1]),
            let segments = Int(answer[2])
        else { throw EngineError("tantivy answered \(answer)") }
        if threads == 1 && segments != commits { throw EngineError("tantivy made \(segments) segments") }
        return SearchBuild(seconds: seconds, processorSeconds: processor, indexBytes: Files.allocatedBytes(path))
    }

    func prepare(_ queries: [SearchQuery]) throws {
        for (number, query) in queries.enumerated() {
            let session = query.session.map { "\($0)" } ?? "-"
            let answer = try child.call(["query", query.operation == .all ? "all" : "any", session] + query.words)
            if answer != ["\(number)"] { throw EngineError("tantivy numbered a query \(answer)") }
        }
    }

    func hits(of query: Int) throws -> [RankedMessage] {
        try child.call(["hits", "\(query)"]).map { hit in
            let parts = hit.split(separator: ":")
            guard parts.count == 2, let key = UInt64(parts[0]), let score = Double(parts[1]) else {
                throw EngineError("tantivy answered \(hit)")
            }
            return RankedMessage(
                session: UInt32(key >> 32), sequence: UInt32(truncatingIfNeeded: key), score: score)
        }
    }

    func time(_ queries: [Int], _ limit: SearchLimit) throws -> [UInt64] {
        try child.call(["run", "\(limit.enough)", "\(limit.nanoseconds)"] + queries.map { "\($0)" }).map {
            guard let time = UInt64($0) else { throw EngineError("tantivy answered \($0)") }
            return time
        }
    }

    func close() { child.close() }
}

extension SearchingEngineKind {
    /// One commit by one thread: one segment.
    static let tantivy = SearchingEngineKind(
        name: "tantivy", family: .tantivy,
        build: { try TantivyEngine.build($0, $1.file, threads: 1, commits: 1) }, open: { try TantivyEngine($0) })

    /// As it is before its segments are merged.
    static let tantivySegments = SearchingEngineKind(
        name: "tantivy-4-segments", family: .tantivy,
        build: { try TantivyEngine.build($0, $1.file, threads: 1, commits: 4) }, open: { try TantivyEngine($0) })

    /// One segment, filled while all sessions went on at once: the messages of one lie apart.
    static let tantivyArrival = SearchingEngineKind(
        name: "tantivy-arrival", family: .tantivy,
        build: { try TantivyEngine.build($0, $1.arrivalFile, threads: 1, commits: 1) }, open: { try TantivyEngine($0) })

    /// One commit by as many threads as the goals allow.
    static let tantivyThreads = SearchingEngineKind(
        name: "tantivy-2-threads", family: .tantivy,
        build: { try TantivyEngine.build($0, $1.file, threads: 2, commits: 1) })

    /// The same, without what phrases need.
    static let tantivyWithoutPositions = SearchingEngineKind(
        name: "tantivy-no-positions", family: .tantivy,
        build: { try TantivyEngine.build($0, $1.file, threads: 2, commits: 1, positions: false) })
}
