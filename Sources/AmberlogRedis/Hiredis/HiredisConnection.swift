#if Redis
    internal import AgentMemory
    internal import CHiredis
    internal import Foundation

    /// One connection. Used by one thread.
    final class HiredisConnection {
        /// Buffers up to this size are kept between replies.
        private static let bufferBytes = 1 << 20
        /// After so long without use, the server may have closed the connection.
        private static let idleTime = Duration.milliseconds(500)

        private let context: UnsafeMutablePointer<redisContext>
        private var lastUse = ContinuousClock.now

        /// Connects, says who speaks and which database is meant, and waits for the answer: a server that is stopped
        /// accepts connections, but it doesn't answer. What is tried again must not lie in its buffers for hours.
        init(_ address: RedisAddress, _ limits: HiredisClient.Limits) throws(RedisConnectionError) {
            let made: UnsafeMutablePointer<redisContext>?
            switch address.endpoint {
            case .host(let host, let port):
                made = redisConnectWithTimeout(host, Int32(port), timeval(limits.connect))
            case .socket(let path): made = redisConnectUnixWithTimeout(path, timeval(limits.connect))
            }
            guard let made else {
                throw RedisConnectionError("There is no memory for a connection", mayHaveBeenSent: false)
            }
            context = made
            if made.pointee.err != 0 { throw failure(mayHaveBeenSent: false) }
            made.pointee.reader?.pointee.maxbuf = Self.bufferBytes
            if case .host = address.endpoint { redisEnableKeepAlive(context) }
            guard redisSetTimeout(context, timeval(limits.command)) == REDIS_OK else {
                throw failure(mayHaveBeenSent: false)
            }
            do throws(RedisConnectionError) {
                try greet(address)
            } catch {
                throw RedisConnectionError(
                    error.reason, mayHaveBeenSent: false, isTimeout: error.isTimeout, refusal: error.refusal)
            }
        }

        deinit {
            redisFree(context)
        }

        private func greet(_ address: RedisAddress) throws(RedisConnectionError) {
            var greeting = RedisPipeline()
            if let password = address.password {
                if let user = address.user {
                    greeting.append("AUTH", user, password)
                } else {
                    greeting.append("AUTH", password)
                }
            }
            if address.database != 0 { greeting.append("SELECT", address.database) }
            greeting.append("PING")
            try append(greeting.wire)
            var refusal: String?
            for _ in 0..<greeting.count {
                if case .error(let text) = try reply(), refusal == nil { refusal = text }
            }
            if let refusal { throw RedisConnectionError(refusal, mayHaveBeenSent: false, refusal: refusal) }
        }

        /// Whether the server hasn't closed it while nobody used it.
        var isUsable: Bool {
            guard lastUse.duration(to: .now) > Self.idleTime else { return true }
            var byte: UInt8 = 0
            let count = recv(context.pointee.fd, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
            // Nobody has asked for anything: a byte that is there is no answer.
            return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
        }

        /// Adds commands to what is sent with the next call of ``reply()``.
        func append(_ wire: [UInt8]) throws(RedisConnectionError) {
            let status = wire.withUnsafeBytes { bytes in
                redisAppendFormattedCommand(
                    context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            guard status == REDIS_OK else { throw failure(mayHaveBeenSent: false) }
        }

        /// The next reply.
        func reply() throws(RedisConnectionError) -> RedisReply {
            var pointer: UnsafeMutableRawPointer?
            errno = 0
            guard redisGetReply(context, &pointer) == REDIS_OK, let pointer else {
                throw failure(mayHaveBeenSent: true)
            }
            defer { freeReplyObject(pointer) }
            lastUse = .now
            return RedisReply(pointer.assumingMemoryBound(to: redisReply.self).pointee)
        }

        private func failure(mayHaveBeenSent: Bool) -> RedisConnectionError {
            let number = errno
            let isTimeout =
                context.pointee.err == REDIS_ERR_IO && [EAGAIN, EWOULDBLOCK, ETIMEDOUT, EINPROGRESS].contains(number)
            let text = withUnsafeBytes(of: context.pointee.errstr) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            return RedisConnectionError(
                isTimeout ? "The server doesn't answer in time" : text.isEmpty ? "The connection broke" : text,
                mayHaveBeenSent: mayHaveBeenSent, isTimeout: isTimeout)
        }
    }

    extension RedisReply {
        /// Copies what hiredis has read. hiredis itself bounds how deep it is.
        fileprivate init(_ reply: redisReply) {
            switch reply.type {
            case REDIS_REPLY_STRING, REDIS_REPLY_STATUS:
                self = .string(Array(UnsafeRawBufferPointer(start: reply.str, count: reply.len)))
            case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
            case REDIS_REPLY_ERROR:
                self = .error(
                    String(decoding: UnsafeRawBufferPointer(start: reply.str, count: reply.len), as: UTF8.self))
            case REDIS_REPLY_ARRAY:
                let elements = UnsafeBufferPointer(start: reply.element, count: reply.elements)
                self = .array(elements.map { $0.map { RedisReply($0.pointee) } ?? .null })
            default: self = .null
            }
        }
    }

    extension timeval {
        fileprivate init(_ duration: Duration) {
            let (seconds, attoseconds) = duration.components
            self.init(
                tv_sec: Int(clamping: min(seconds, 1 << 30)), tv_usec: numericCast(attoseconds / 1_000_000_000_000))
        }
    }
#endif
