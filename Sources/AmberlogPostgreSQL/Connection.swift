#if PostgreSQL
    internal import AgentMemory
    private import CLibPQ
    internal import Foundation

    /// A connection to the server, which belongs to one thread.
    ///
    /// libpq is used without its waiting: every wait is for the socket, for a time, and for an ``Interrupt``.
    final class Connection {
        /// How long the server has, after it was asked to break off, to say what became of the statement.
        private static let cancelTime = Duration.seconds(5)

        let connection: OpaquePointer
        let address: ServerAddress
        private let interrupt: Interrupt
        /// Whether the call that is being worked for was cancelled.
        let isCancelled: () -> Bool
        private var prepared: Set<String> = []
        private var canceller: Canceller?
        private var hasCancelled = false
        /// The time that the current statement has.
        private(set) var timeout: Duration

        /// Whether another call may use it.
        private(set) var isUsable = true
        private(set) var lastUse = ContinuousClock.now

        /// Connects.
        ///
        /// - Parameters:
        ///   - settings: SQL that is run before anything else.
        init(
            _ address: ServerAddress, settings: String, connectTimeout: Duration, statementTimeout: Duration,
            interrupt: Interrupt, isCancelled: @escaping () -> Bool
        ) throws(ConnectionFailure) {
            self.address = address
            self.interrupt = interrupt
            self.isCancelled = isCancelled
            timeout = statementTimeout
            var names = address.options.map(\.name)
            var values = address.options.map(\.value)
            names += ["client_encoding", "fallback_application_name"]
            values += ["UTF8", "amberlog"]
            guard let connection = Self.start(names, values) else {
                throw ConnectionFailure(kind: .unreachable, message: "no memory for a connection")
            }
            self.connection = connection
            // So that a refusal has its code, in whatever language the server speaks.
            PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
            // Otherwise the process's standard error gets the server's remarks.
            PQsetNoticeReceiver(connection, { _, _ in }, nil)
            try establish(until: .now + connectTimeout)
            canceller = Canceller(connection)
            timeout = connectTimeout
            defer { timeout = statementTimeout }
            do {
                try run(settings)
            } catch {
                // Nothing of the call's has been sent yet.
                throw ConnectionFailure(
                    kind: .unreachable, code: error.code, message: error.message, isCancelled: error.isCancelled,
                    isLate: error.kind == .unanswered)
            }
        }

        deinit { PQfinish(connection) }

        private static func start(_ names: [String], _ values: [String]) -> OpaquePointer? {
            let copies = (names + values).map { strdup($0) }
            defer { copies.forEach { free($0) } }
            var keywords: [UnsafePointer<CChar>?] = copies.prefix(names.count).map { UnsafePointer($0) }
            var texts: [UnsafePointer<CChar>?] = copies.dropFirst(names.count).map { UnsafePointer($0) }
            keywords.append(nil)
            texts.append(nil)
            return PQconnectStartParams(keywords, texts, 0)
        }

        private func establish(until deadline: ContinuousClock.Instant) throws(ConnectionFailure) {
            // What libpq asks to wait for before the first poll.
            var status = PGRES_POLLING_WRITING
            while PQstatus(connection) != CONNECTION_BAD {
                switch interrupt.wait(
                    for: PQsocket(connection), reading: status == PGRES_POLLING_READING,
                    writing: status == PGRES_POLLING_WRITING, until: deadline, listens: true)
                {
                case .timedOut:
                    throw ConnectionFailure(
                        kind: .unreachable, message: "no answer to a new connection in time", isLate: true)
                case .interrupted where isCancelled():
                    throw ConnectionFailure(kind: .unreachable, message: "cancelled", isCancelled: true)
                case .interrupted, .ready: break
                }
                status = PQconnectPoll(connection)
                if status == PGRES_POLLING_OK {
                    PQsetnonblocking(connection, 1)
                    return
                }
                if status == PGRES_POLLING_FAILED { break }
            }
            let text = address.redacted(PQerrorMessage(connection).map { String(cString: $0) } ?? "")
            throw ConnectionFailure(kind: .unreachable, code: Self.state(in: text), message: Self.firstLine(text))
        }

        /// The code of `FATAL:  28P01: password authentication failed`, in any language.
        private static func state(in text: String) -> String? {
            for line in text.split(separator: "\n") {
                for part in line.split(separator: ":").dropFirst() {
                    let code = Array(part.utf8.drop { $0 == 0x20 })
                    let isCode = code.allSatisfy { byte in byte &- 0x30 <= 9 || byte &- 0x41 <= 25 }
                    let hasDigit = code.contains { byte in byte <= 0x39 }
                    if code.count == 5, isCode, hasDigit { return String(decoding: code, as: UTF8.self) }
                }
            }
            return nil
        }

        private static func firstLine(_ text: String) -> String {
            text.split(separator: "\n").first.map(String.init) ?? "no connection"
        }

        // MARK: Statements

        /// What a parameter of the server's is, such as `server_encoding`.
        func serverSetting(_ name: String) -> String? {
            PQparameterStatus(connection, name).map { String(cString: $0) }
        }

        /// Runs one statement or several, without values and rows: `BEGIN`.
        func run(_ sql: String) throws(ConnectionFailure) {
            let deadline = try begin()
            try sent(PQsendQuery(connection, sql), until: deadline)
            _ = try results(until: deadline)
        }

        /// Runs a statement, prepared when it was run before or has a name, and gives its rows in binary format.
        func run(_ statement: Statement, _ parameters: Parameters) throws(ConnectionFailure) -> ResultRows {
            let deadline = try begin()
            if !statement.name.isEmpty, !prepared.contains(statement.name) {
                try sent(PQsendPrepare(connection, statement.name, statement.sql, 0, nil), until: deadline)
                _ = try results(until: deadline)
                prepared.insert(statement.name)
            }
            try sent(send(statement, parameters), until: deadline)
            return try results(until: deadline)
        }

        private func send(_ statement: Statement, _ parameters: Parameters) -> Int32 {
            let count = Int32(clamping: parameters.ranges.count)
            let lengths = parameters.ranges.map { Int32(clamping: $0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: parameters.ranges.count)
            return parameters.bytes.withUnsafeBufferPointer { bytes in
                // A value of no bytes is none only where the pointer is null, and an empty buffer has no address.
                var nothing: CChar = 0
                return withUnsafePointer(to: &nothing) { nothing in
                    let values = parameters.ranges.map { range -> UnsafePointer<CChar>? in
                        guard let range else { return nil }
                        guard let base = bytes.baseAddress else { return nothing }
                        return UnsafeRawPointer(base + range.lowerBound).assumingMemoryBound(to: CChar.self)
                    }
                    if statement.name.isEmpty {
                        return PQsendQueryParams(connection, statement.sql, count, nil, values, lengths, formats, 1)
                    }
                    return PQsendQueryPrepared(connection, statement.name, count, values, lengths, formats, 1)
                }
            }
        }

        // MARK: Waiting

        /// The time that what begins now must end at.
        func begin() throws(ConnectionFailure) -> ContinuousClock.Instant {
            if isCancelled() {
                throw ConnectionFailure(kind: .refused, message: "cancelled", isCancelled: true)
            }
            return .now + timeout
        }

        /// Gives the statements of `body` another time.
        func with<Result>(timeout: Duration, _ body: () throws -> Result) rethrows -> Result {
            let usual = self.timeout
            self.timeout = timeout
            defer { self.timeout = usual }
            return try body()
        }

        func sent(_ success: Int32, until deadline: ContinuousClock.Instant) throws(ConnectionFailure) {
            guard success == 1 else { throw lost() }
            try flush(until: deadline)
        }

        /// Sends what libpq still has.
        func flush(until deadline: ContinuousClock.Instant) throws(ConnectionFailure) {
            var deadline = deadline
            while true {
                let state = PQflush(connection)
                if state == 0 { return }
                guard state == 1 else { throw lost() }
                try wait(writing: true, &deadline)
                guard PQconsumeInput(connection) == 1 else { throw lost() }
            }
        }

        func wait(writing: Bool, _ deadline: inout ContinuousClock.Instant) throws(ConnectionFailure) {
            switch interrupt.wait(
                for: PQsocket(connection), reading: true, writing: writing, until: deadline, listens: !hasCancelled)
            {
            case .ready: break
            case .interrupted:
                guard isCancelled(), !hasCancelled else { return }
                hasCancelled = true
                // A late one must not hit another call's statement.
                isUsable = false
                canceller?.cancel()
                deadline = min(deadline, .now + Self.cancelTime)
            case .timedOut:
                isUsable = false
                throw ConnectionFailure(
                    kind: .unanswered, message: "no answer in time", isCancelled: hasCancelled)
            }
        }

        /// Waits for all of a statement's results, and gives the last.
        func results(until deadline: ContinuousClock.Instant) throws(ConnectionFailure) -> ResultRows {
            var deadline = deadline
            var last: OpaquePointer?
            defer { PQclear(last) }
            while true {
                while PQisBusy(connection) == 1 {
                    try wait(writing: false, &deadline)
                    guard PQconsumeInput(connection) == 1 else { throw lost(last) }
                }
                guard let result = PQgetResult(connection) else { break }
                // The first error counts.
                if let known = last, PQresultStatus(known) == PGRES_FATAL_ERROR {
                    PQclear(result)
                } else {
                    PQclear(last)
                    last = result
                }
                // The rest of the protocol is up to whoever copies.
                if [PGRES_COPY_IN, PGRES_COPY_OUT].contains(PQresultStatus(result)) { break }
            }
            lastUse = .now
            guard PQstatus(connection) == CONNECTION_OK, let result = last else { throw lost(last) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN:
                last = nil
                return ResultRows(result)
            default: throw refused(result)
            }
        }

        // MARK: Errors

        func refused(_ result: OpaquePointer) -> ConnectionFailure {
            let code = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
            let text = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            // What it says about a value quotes the value, which may be what a user has said.
            let quotes = code.map { $0.hasPrefix("22") || $0.hasPrefix("23") } ?? false
            let message = quotes ? "a value was refused" : address.redacted(text ?? "the statement was refused")
            // A statement of a transaction that has failed before, or none at all.
            return ConnectionFailure(
                kind: .refused, code: code, message: message, isCancelled: hasCancelled && code == "57014")
        }

        /// The connection has ended.
        func lost(_ result: OpaquePointer? = nil) -> ConnectionFailure {
            isUsable = false
            var failure = ConnectionFailure(kind: .lost, message: "the connection was lost", isCancelled: hasCancelled)
            if let result, PQresultStatus(result) == PGRES_FATAL_ERROR {
                // "Terminating connection due to administrator command."
                let refusal = refused(result)
                (failure.code, failure.message) = (refusal.code, refusal.message)
            }
            return failure
        }

        // MARK: Between calls

        /// Makes ready for the next call: a transaction that is still open is undone, and a connection that has ended
        /// meanwhile is found without sending anything.
        func becomeIdle() {
            guard isUsable else { return }
            switch PQtransactionStatus(connection) {
            case PQTRANS_IDLE: return
            case PQTRANS_INTRANS, PQTRANS_INERROR:
                do throws(ConnectionFailure) { try rollBack() } catch { isUsable = false }
            default: isUsable = false
            }
        }

        private func rollBack() throws(ConnectionFailure) {
            // Also for a call that was cancelled.
            let deadline = ContinuousClock.now + timeout
            try sent(PQsendQuery(connection, "ROLLBACK"), until: deadline)
            _ = try results(until: deadline)
        }

        /// Whether the server is still there, as far as one can tell.
        ///
        /// - Parameter idleTime: After so long without use, it is asked.
        func isAlive(after idleTime: Duration, timeout: Duration) -> Bool {
            // A server that has ended has sent something, if only the end.
            let state = interrupt.wait(
                for: PQsocket(connection), reading: true, writing: false, until: .now, listens: false)
            if state == .ready, PQconsumeInput(connection) != 1 || PQstatus(connection) != CONNECTION_OK {
                return false
            }
            guard lastUse.duration(to: .now) > idleTime else { return true }
            return with(timeout: timeout) {
                do throws(ConnectionFailure) {
                    try run("")
                    return true
                } catch {
                    return error.isCancelled && error.kind == .refused
                }
            }
        }
    }
#endif
