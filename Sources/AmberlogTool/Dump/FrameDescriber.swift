internal import AgentMemory
internal import LogFormat

/// What a frame holds, for programs and for people: one object, and lines below it.
struct FrameDescription {
    var kind: String
    var fields: [(name: String, value: JSONValue)]
    /// Entries, records or items.
    var parts: [[(name: String, value: JSONValue)]] = []
    var partsName = "entries"
    /// What doesn't match, although the frame's checksum does.
    var faults: [String] = []

    init(_ kind: String, _ fields: [(name: String, value: JSONValue)] = []) {
        self.kind = kind
        self.fields = fields
    }

    func json(offset: UInt64, length: Int) -> JSONValue {
        var object = Self.object(fields)
        object["offset"] = Self.number(offset)
        object["length"] = .integer(Int64(length))
        object["kind"] = .string(kind)
        if !parts.isEmpty { object[partsName] = .array(parts.map { .object(Self.object($0)) }) }
        if !faults.isEmpty { object["damage"] = .array(faults.map { .string($0) }) }
        return .object(object)
    }

    static func object(_ fields: [(name: String, value: JSONValue)]) -> [String: JSONValue] {
        var object: [String: JSONValue] = [:]
        for field in fields { object[field.name] = field.value }
        return object
    }

    static func number(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }
    static func time(_ microseconds: Int64) -> JSONValue {
        .string(Timestamp(microseconds: microseconds).description)
    }

    static func text(_ fields: [(name: String, value: JSONValue)]) -> String {
        fields.map { "\($0.name) \(Visible.cut(Visible.line($0.value.description), to: 120))" }.joined(separator: "  ")
    }
}

/// Describes verified frames.
struct FrameDescriber {
    private typealias Fields = [(name: String, value: JSONValue)]

    static func describe(_ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer) -> FrameDescription {
        do throws(FormatError) {
            switch FrameKind(rawValue: frame.kind) {
            case .fileHeader: return header(try FileHeader.decode(bytes).header)
            case .batch: return try batch(frame, bytes)
            case .block: return try block(frame, bytes)
            case .ids: return try ids(frame, bytes)
            case .commit: return try commit(frame, bytes)
            case .edit: return try edit(frame, bytes)
            case .anchor: return try anchor(frame, bytes)
            case .store: return store(try StoreIdentity.decode(bytes))
            case .page: return FrameDescription("page", [("number", FrameDescription.number(frame.sequence))])
            case .current: return FrameDescription("current", [("manifest", FrameDescription.number(frame.sequence))])
            case nil: return FrameDescription("unknown", [("number", .integer(Int64(frame.kind)))])
            }
        } catch {
            var description = FrameDescription("kind \(frame.kind)")
            description.faults = [error.description]
            return description
        }
    }

    private static func header(_ header: FileHeader) -> FrameDescription {
        let kind =
            switch header.kind {
            case .journal: "journal"
            case .segment: "segment"
            case .manifest: "manifest"
            case .indexRun: "index run"
            }
        let generation =
            switch header.kind {
            case .journal: "first_batch"
            case .manifest: "first_edit"
            default: "generation"
            }
        var fields: Fields = [
            ("file", .string(kind)), ("number", FrameDescription.number(header.number)),
            (generation, FrameDescription.number(header.generation)), ("store", .string(header.store.description)),
            ("identity", .string(header.file.description)),
        ]
        if let session = header.session {
            fields.append(("session_id", .string(session.id)))
            fields.append(("created", FrameDescription.time(session.created_µs)))
            fields.append(("time_to_live", .double(Double(session.timeToLive_µs) / 1_000_000)))
        }
        return FrameDescription("header", fields)
    }

    // MARK: Journal

    private static func batch(
        _ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(FormatError) -> FrameDescription {
        let header = try BatchHeader.decode(bytes, frame: frame, at: 0)
        var description = FrameDescription(
            "batch",
            [
                ("number", FrameDescription.number(header.number)),
                ("durable_through", FrameDescription.number(header.durableThrough)),
                ("time", FrameDescription.time(header.time_µs)),
            ])
        let payloads = FrameHeader.byteCount + frame.checked
        for (index, entry) in header.entries.enumerated() {
            let start = payloads + Int(entry.payloadOffset)
            let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(entry.payloadLength)])
            guard Checksum.crc32c(payload, seed: 0) == entry.payloadChecksum || payload.isEmpty else {
                description.faults.append("the payload of entry \(index) doesn't match its checksum")
                description.parts.append(fields(of: entry) + [("damaged", .bool(true))])
                continue
            }
            description.parts.append(fields(of: entry))
            do throws(FormatError) {
                try append(payload, of: entry, to: &description)
            } catch {
                description.faults.append("entry \(index): \(error)")
            }
        }
        return description
    }

    private static func fields(of entry: BatchEntry) -> Fields {
        let name =
            switch entry.kind {
            case .begin: "begin"
            case .append: "append"
            case .end: "end"
            case .firstLive: "first_live"
            case .removed: "removed"
            case .metadata: "metadata"
            case .origin: "origin"
            }
        var fields: Fields = [("entry", .string(name)), ("session", FrameDescription.number(entry.session))]
        switch entry.kind {
        case .append:
            fields.append(("first_sequence", FrameDescription.number(entry.value)))
            fields.append(("messages", .integer(Int64(entry.messageCount))))
        case .firstLive, .removed: fields.append(("sequence", FrameDescription.number(entry.value)))
        case .end:
            let reason =
                switch BatchEntry.Ending(rawValue: entry.flags) {
                case .cleared: "cleared"
                case .expired: "expired"
                case .erased: "erased"
                case nil: "unknown"
                }
            fields.append(("reason", .string(reason)))
        default: break
        }
        if entry.payloadLength > 0 { fields.append(("payload_bytes", .integer(Int64(entry.payloadLength)))) }
        return fields
    }

    private static func append(
        _ payload: UnsafeRawBufferPointer, of entry: BatchEntry, to description: inout FrameDescription
    ) throws(FormatError) {
        let last = description.parts.count - 1
        switch entry.kind {
        case .begin:
            var reader = ByteReader(payload)
            let created = try reader.int64()
            let timeToLive = try reader.int64()
            let id = String(decoding: try reader.slice(reader.remaining), as: UTF8.self)
            description.parts[last] += [
                ("session_id", .string(id)), ("created", FrameDescription.time(created)),
                ("time_to_live", .double(Double(timeToLive) / 1_000_000)),
            ]
        case .removed:
            var reader = ByteReader(payload)
            description.parts[last].append(("before", FrameDescription.number(try reader.uint64())))
        case .metadata, .origin:
            description.parts[last].append(("json", json(payload)))
        case .append:
            if let fault = appendRecords(
                payload, first: entry.value, count: Int(entry.messageCount), to: &description.parts)
            {
                description.faults.append(fault)
            }
        case .end, .firstLive: break
        }
    }

    // MARK: Segment

    private static func block(
        _ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(FormatError) -> FrameDescription {
        let header = try BlockHeader(bytes, frame: frame, at: 0)
        var description = FrameDescription(
            "block",
            [
                ("first_sequence", FrameDescription.number(header.firstSequence)),
                ("messages", .integer(Int64(header.count))), ("bytes", .integer(Int64(header.rawLength))),
                ("stored_bytes", .integer(Int64(header.storedLength))),
                ("codec", .string(header.codec == .lz4 ? "lz4" : "raw")),
            ])
        description.partsName = "records"
        let start = FrameHeader.byteCount + BlockHeader.byteCount
        let stored = UnsafeRawBufferPointer(rebasing: bytes[start..<start + header.storedLength])
        var fault: String?
        switch header.codec {
        case .raw:
            fault = appendRecords(
                stored, first: header.firstSequence, count: header.count, to: &description.parts)
        case .lz4:
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, header.rawLength), alignment: 8)
            defer { memory.deallocate() }
            let target = UnsafeMutableRawBufferPointer(rebasing: memory[..<header.rawLength])
            guard Compression.decompress(stored, into: target) else { throw FormatError(.compression, at: start) }
            fault = appendRecords(
                UnsafeRawBufferPointer(target), first: header.firstSequence, count: header.count,
                to: &description.parts)
        }
        if let fault { description.faults.append(fault) }
        return description
    }

    /// Appends a part for each record. Returns what is wrong with them.
    private static func appendRecords(
        _ bytes: UnsafeRawBufferPointer, first: UInt64, count: Int, to parts: inout [Fields]
    ) -> String? {
        var offset = 0
        for index in 0..<UInt64(max(0, count)) {
            guard let record = MessageRecord(bytes, at: offset) else {
                return "the record at byte \(offset) doesn't fit its frame"
            }
            var role = String(decoding: record.roleName, as: UTF8.self)
            if let named = Role(code: record.role) { role = named.name }
            var fields: Fields = [
                ("sequence", FrameDescription.number(first &+ index)), ("role", .string(role)),
                ("timestamp", FrameDescription.time(record.timestamp_µs)),
                ("content", .string(String(decoding: record.content, as: UTF8.self))),
            ]
            if record.hasID { fields.append(("id", .string(String(decoding: record.id, as: UTF8.self)))) }
            if !record.metadata.isEmpty { fields.append(("metadata", json(record.metadata))) }
            parts.append(fields)
            offset += record.bytes.count
        }
        return offset == bytes.count ? nil : "\(bytes.count - offset) bytes follow the last record"
    }

    private static func ids(
        _ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(FormatError) -> FrameDescription {
        let ids = try SegmentIDs.decode(bytes, frame: frame, at: 0)
        var description = FrameDescription("ids", [("previous_offset", FrameDescription.number(ids.previousOffset))])
        for entry in ids.entries {
            description.parts.append([
                ("hash", .string(entry.hash.description)), ("sequence", FrameDescription.number(entry.sequence)),
            ])
        }
        return description
    }

    private static func commit(
        _ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(FormatError) -> FrameDescription {
        let commit = try SegmentCommit.decode(bytes, frame: frame, at: 0)
        var fields: Fields = [
            ("first_live", FrameDescription.number(commit.firstLive)),
            ("next_sequence", FrameDescription.number(commit.nextSequence)),
            ("live_messages", FrameDescription.number(commit.liveCount)),
            ("live_bytes", FrameDescription.number(commit.liveBytes)),
            ("last_batch", FrameDescription.number(commit.lastBatch)),
            ("updated", FrameDescription.time(commit.updated_µs)),
            ("ids_offset", FrameDescription.number(commit.idsOffset)),
        ]
        if !commit.removed.isEmpty { fields.append(("removed", ranges(commit.removed))) }
        if !commit.metadata.isEmpty { fields.append(("metadata", commit.metadata.withUnsafeBytes(json))) }
        if !commit.origin.isEmpty { fields.append(("origin", commit.origin.withUnsafeBytes(json))) }
        return FrameDescription("commit", fields)
    }

    // MARK: Manifest

    private static func edit(
        _ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(FormatError) -> FrameDescription {
        var description = FrameDescription("edit", [("number", FrameDescription.number(frame.sequence))])
        description.partsName = "items"
        try ManifestEdit.decode(bytes, frame: frame, at: 0) { (item) throws(FormatError) in
            description.parts.append(fields(of: item))
        }
        return description
    }

    private static func fields(of item: ManifestItem) -> Fields {
        switch item {
        case .session(let state, let id):
            var fields: Fields = [("item", "session"), ("session", FrameDescription.number(state.number))]
            if let id { fields.append(("session_id", .string(id))) }
            fields += [
                ("generation", FrameDescription.number(state.generation)),
                ("segment_bytes", FrameDescription.number(state.segmentLength)),
                ("first_live", FrameDescription.number(state.firstLive)),
                ("next_sequence", FrameDescription.number(state.nextSequence)),
                ("live_messages", FrameDescription.number(state.liveCount)),
                ("live_bytes", FrameDescription.number(state.liveBytes)),
                ("last_batch", FrameDescription.number(state.lastBatch)),
                ("created", FrameDescription.time(state.created_µs)),
                ("updated", FrameDescription.time(state.updated_µs)),
                ("time_to_live", .double(Double(state.timeToLive_µs) / 1_000_000)),
                ("flags", .integer(Int64(state.flags))),
            ]
            if !state.removed.isEmpty { fields.append(("removed", ranges(state.removed))) }
            return fields
        case .sessionEnded(let number):
            return [("item", "session_ended"), ("session", FrameDescription.number(number))]
        case .journal(let journal):
            return [
                ("item", "journal"), ("number", FrameDescription.number(journal.number)),
                ("identity", .string(journal.file.description)), ("bytes", FrameDescription.number(journal.size)),
                ("first_batch", FrameDescription.number(journal.firstBatch)),
                ("end_offset", FrameDescription.number(journal.endOffset)),
                ("last_batch", FrameDescription.number(journal.lastBatch)),
            ]
        case .journalRetired(let number):
            return [("item", "journal_retired"), ("number", FrameDescription.number(number))]
        case .counters(let counters):
            return [
                ("item", "counters"), ("next_session", FrameDescription.number(counters.nextSession)),
                ("next_file", FrameDescription.number(counters.nextFile)),
                ("clock", FrameDescription.time(counters.clock_µs)),
                ("checkpointed", FrameDescription.number(counters.checkpointed)),
                ("indexed", FrameDescription.number(counters.indexed)),
            ]
        case .eraseBegun(let number): return [("item", "erase_begun"), ("session", FrameDescription.number(number))]
        case .eraseFinished(let number):
            return [("item", "erase_finished"), ("session", FrameDescription.number(number))]
        case .indexRun(let run):
            return [
                ("item", "index_run"), ("number", FrameDescription.number(run.number)),
                ("identity", .string(run.file.description)), ("pages", FrameDescription.number(run.pages)),
                ("messages", FrameDescription.number(run.documents)),
            ]
        case .indexRunRemoved(let number):
            return [("item", "index_run_removed"), ("number", FrameDescription.number(number))]
        }
    }

    // MARK: Small files

    private static func anchor(
        _ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(FormatError) -> FrameDescription {
        var reader = ByteReader(bytes, from: FrameHeader.byteCount)
        return FrameDescription(
            "anchor",
            [
                ("version", FrameDescription.number(frame.sequence)),
                ("durable_through", FrameDescription.number(try reader.uint64())),
                ("manifest", FrameDescription.number(try reader.uint64())),
                ("manifest_bytes", FrameDescription.number(try reader.uint64())),
            ])
    }

    private static func store(_ store: StoreIdentity) -> FrameDescription {
        FrameDescription(
            "store",
            [
                ("identity", .string(store.id.description)), ("created", FrameDescription.time(store.created_µs)),
                ("incompatible", FrameDescription.number(store.incompatible)),
                ("read_only_compatible", FrameDescription.number(store.readOnlyCompatible)),
                ("compatible", FrameDescription.number(store.compatible)),
            ])
    }

    // MARK: Values

    private static func json(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func ranges(_ ranges: [Range<UInt64>]) -> JSONValue {
        .array(
            ranges.map { [FrameDescription.number($0.lowerBound), FrameDescription.number($0.upperBound)] })
    }
}
