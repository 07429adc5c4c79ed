import AgentMemory
import LogFormat

@testable import AmberlogTool

/// What `amberlog dump` says of frames. It is JSON, whatever they hold.
extension FuzzTarget {
    static let dump = FuzzTarget("dump", rounds: 1000, seeds: seedDumps) { input in
        var bytes = Array(input)
        FrameSigning(seed: 0).sign(&bytes)
        try bytes.withUnsafeBytes { bytes in
            var offset = 0
            while let frame = FrameHeader(checking: bytes, at: offset, seed: 0), frame.length <= bytes.count - offset {
                let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + frame.length])
                let description = FrameDescriber.describe(frame, part)
                let json = description.json(offset: UInt64(offset), length: frame.length)
                try require(try JSONValue(parsing: json.serialized()) == json, "\(json) is read otherwise")
                for fields in [description.fields] + description.parts { _ = FrameDescription.text(fields) }
                offset += frame.length
            }
        }
    }

    /// One frame of each kind, from the files that have them.
    @Sendable private static func seedDumps() throws -> [String: [UInt8]] {
        var seeds: [String: [UInt8]] = [:]
        for target in [FuzzTarget.header, .journal, .manifest, .segment, .storeFiles] {
            for (name, bytes) in try target.seeds() { seeds["\(target.name)-\(name)"] = bytes }
        }
        return seeds
    }
}
