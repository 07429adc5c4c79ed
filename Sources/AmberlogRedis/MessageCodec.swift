#if Redis
    internal import AgentMemory

    /// A message as an element of a list.
    ///
    /// ```
    /// 17:42:{"role":"user","content":"Hello","timestamp":"2026-01-31T11:00:00.500000Z"}
    /// 18:4000:l4123:…
    /// ```
    ///
    /// The sequence, the size as the limits measure it, then JSON as exports have it, or `l`, the length of that JSON and
    /// the JSON as an ``LZ4Block``. Every element says which it is, so readers take both.
    struct MessageCodec: Sendable {
        let compresses: Bool

        // MARK: Writing

        /// Appends one argument of a save for what a message is known by, and one for what follows its sequence and size.
        func add(_ message: Message, size: Int, to pipeline: inout RedisPipeline, _ scratch: inout Scratch) {
            pipeline.add("\(size):" + (message.id ?? ""))
            scratch.element.removeAll(keepingCapacity: true)
            append(message, &scratch)
            scratch.element.withUnsafeBytes { pipeline.add($0) }
        }

        /// Appends the element that a message becomes as one argument of a save.
        func add(
            _ message: Message, sequence: UInt64, size: Int, to pipeline: inout RedisPipeline, _ scratch: inout Scratch
        ) {
            scratch.element.removeAll(keepingCapacity: true)
            scratch.element.append(contentsOf: "\(sequence):\(size):".utf8)
            append(message, &scratch)
            scratch.element.withUnsafeBytes { pipeline.add($0) }
        }

        /// Appends what follows sequence and size.
        private func append(_ message: Message, _ scratch: inout Scratch) {
            // The sequence that a message has from elsewhere is not the one it gets.
            var message = message
            message.sequence = nil
            guard compresses else { return message.appendLine(to: &scratch.element) }
            scratch.json.removeAll(keepingCapacity: true)
            message.appendLine(to: &scratch.json)
            let start = scratch.element.count
            scratch.element.append(UInt8(ascii: "l"))
            scratch.element.append(contentsOf: String(scratch.json.count).utf8)
            scratch.element.append(UInt8(ascii: ":"))
            if scratch.json.withUnsafeBytes({ LZ4Block.append(compressed: $0, to: &scratch.element) }) { return }
            scratch.element.removeSubrange(start...)
            scratch.element.append(contentsOf: scratch.json)
        }

        /// Memory for encoding many messages.
        struct Scratch {
            var json: [UInt8] = []
            var element: [UInt8] = []
        }

        // MARK: Reading

        /// The message of an element; `nil` when it is none.
        func message(_ element: [UInt8]) -> Message? {
            element.withUnsafeBytes { bytes in
                var rest = bytes[...]
                guard let sequence = Self.number(&rest), sequence > 0, Self.number(&rest) != nil else { return nil }
                guard rest.first == UInt8(ascii: "l") else {
                    return Self.parsed(UnsafeRawBufferPointer(rebasing: rest), sequence)
                }
                rest = rest.dropFirst()
                guard let count = Self.number(&rest), let length = Int(exactly: count) else { return nil }
                let json = LZ4Block.decompressed(UnsafeRawBufferPointer(rebasing: rest), count: length)
                return json?.withUnsafeBytes { Self.parsed($0, sequence) }
            }
        }

        private static func parsed(_ json: UnsafeRawBufferPointer, _ sequence: UInt64) -> Message? {
            guard var message = try? MessageLine(parsing: json, timestamp: Timestamp(microseconds: 0)).message else {
                return nil
            }
            message.sequence = sequence
            return message
        }

        /// Takes digits and the colon behind them.
        private static func number(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UInt64? {
            var value: UInt64 = 0
            var digits = 0
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: ":") { return digits > 0 ? value : nil }
                let digit = byte &- UInt8(ascii: "0")
                digits += 1
                guard digit <= 9, digits <= 16 else { return nil }
                value = value * 10 + UInt64(digit)
            }
            return nil
        }
    }
#endif
