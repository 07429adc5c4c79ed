#if Redis
    /// Commands that go to a server together, as their arguments and as the bytes that go over the wire: one buffer for
    /// both.
    ///
    /// ```swift
    /// var pipeline = RedisPipeline()
    /// pipeline.append("SET", "key", "value")
    /// print(pipeline.count, String(decoding: pipeline.wire, as: UTF8.self))
    /// ```
    public struct RedisPipeline: Sendable {
        /// The commands in Redis's protocol (RESP2), one after another.
        public private(set) var wire: [UInt8] = []
        /// How many commands there are.
        public private(set) var count = 0
        /// Where the arguments are in the bytes, and how many there are up to the end of each command.
        private var arguments: [Range<Int>] = []
        private var ends: [Int] = []

        /// No command yet.
        public init() {}

        /// Each command as its arguments, the name of the command first. O(1) for each argument: they share the bytes.
        public var commands: [[ArraySlice<UInt8>]] {
            var start = 0
            return ends.map { end in
                defer { start = end }
                return arguments[start..<end].map { wire[$0] }
            }
        }

        // MARK: Appending

        /// Appends a command. O(*n*) for *n* bytes.
        public mutating func append(_ arguments: any RedisArgument...) {
            append(arguments)
        }

        /// Appends a command. O(*n*) for *n* bytes.
        public mutating func append(_ arguments: [any RedisArgument]) {
            begin(arguments.count)
            for argument in arguments { add(argument) }
        }

        /// Begins a command, of which so many arguments follow: as many calls of ``add(_:)-(RedisArgument)``.
        mutating func begin(_ argumentCount: Int) {
            wire.append(UInt8(ascii: "*"))
            appendLine(argumentCount)
            ends.append(arguments.count + argumentCount)
            count += 1
        }

        /// Adds an argument to the command that was begun.
        mutating func add(_ argument: some RedisArgument) {
            argument.withArgumentBytes { bytes in add(bytes) }
        }

        /// Adds an argument to the command that was begun.
        mutating func add(_ bytes: UnsafeRawBufferPointer) {
            wire.append(UInt8(ascii: "$"))
            appendLine(bytes.count)
            let start = wire.count
            wire.append(contentsOf: bytes)
            arguments.append(start..<wire.count)
            appendLineEnd()
        }

        /// Makes room for so many bytes more, so that appending them copies nothing else.
        mutating func reserve(_ bytes: Int) {
            wire.reserveCapacity(wire.count + bytes)
        }

        private mutating func appendLine(_ number: Int) {
            if number < 10 {
                wire.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number))
            } else {
                wire.append(contentsOf: String(number).utf8)
            }
            appendLineEnd()
        }

        private mutating func appendLineEnd() {
            wire.append(0x0D)
            wire.append(0x0A)
        }
    }

    /// What an argument of a command can be: text, bytes or a number, which goes as its digits.
    public protocol RedisArgument: Sendable {
        /// Calls `body` with the bytes that go to the server.
        func withArgumentBytes(_ body: (UnsafeRawBufferPointer) -> Void)
    }

    extension String: RedisArgument {
        /// Its UTF-8.
        public func withArgumentBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
            var text = self
            text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        }
    }

    extension Array<UInt8>: RedisArgument {
        /// The bytes themselves.
        public func withArgumentBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
            withUnsafeBytes { body($0) }
        }
    }

    extension Int: RedisArgument {
        /// Its digits.
        public func withArgumentBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
            String(self).withArgumentBytes(body)
        }
    }

    extension Int64: RedisArgument {
        /// Its digits.
        public func withArgumentBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
            String(self).withArgumentBytes(body)
        }
    }

    extension UInt64: RedisArgument {
        /// Its digits.
        public func withArgumentBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
            String(self).withArgumentBytes(body)
        }
    }
#endif
