#if Redis
    internal import AgentMemory
    internal import Synchronization

    /// Sends commands, again and again if need be. Only for commands that do no harm when they are done twice.
    final class RedisLink: Sendable {
        let client: any RedisClient
        private let retry: RedisRetry
        private let digests = Mutex<[LuaScript: [UInt8]]>([:])
        private let isClosed = Mutex(false)

        init(_ client: any RedisClient, _ retry: RedisRetry) {
            self.client = client
            self.retry = retry
        }

        func place(_ session: String?) -> MemoryError.Place {
            MemoryError.Place(backend: client.description, session: session)
        }

        /// Tells the server the scripts, and so finds out whether it is there and takes the commands.
        func open() async throws {
            let replies: [RedisReply]
            do {
                replies = try await send(nil) { pipeline, _ in
                    for script in LuaScript.allCases { pipeline.append("SCRIPT", "LOAD", script.text) }
                }
            } catch let failure as RedisFailure {
                throw failure.memoryError(at: place(nil))
            }
            var known: [LuaScript: [UInt8]] = [:]
            for (script, reply) in zip(LuaScript.allCases, replies) {
                guard case .string(let digest) = reply else { throw unexpected(nil) }
                known[script] = digest
            }
            let all = known
            digests.withLock { $0 = all }
        }

        /// No command goes out any more.
        func close() { isClosed.withLock { $0 = true } }

        func checkOpen() throws(MemoryError) {
            if isClosed.withLock({ $0 }) { throw MemoryError(.closed, "The backend has been closed") }
        }

        /// A reply that no command of ours has: something else than Redis answers there.
        func unexpected(_ session: String?) -> MemoryError {
            MemoryError(.inputOutput, "The Redis server gives an answer of another kind", at: place(session))
        }

        /// Sends what `body` appends and returns the replies, one for each command, none of them an error.
        ///
        /// - Throws: ``RedisFailure`` for what the server refuses; `MemoryError` when it can't be reached.
        func send(
            _ session: String?, _ body: (inout RedisPipeline, LuaScript.Form) -> Void
        ) async throws -> [RedisReply] {
            let known = digests.withLock { $0 }
            var pipeline = RedisPipeline()
            body(&pipeline, .digests(known))
            var attempt = 1
            var isText = false
            /// Whether an attempt may have done what it was to do, without anyone knowing.
            var isUncertain = false
            let start = ContinuousClock.now
            while true {
                try checkOpen()
                do {
                    let replies = try await client.send(pipeline)
                    guard replies.count == pipeline.count else { throw unexpected(session) }
                    guard let failure = Self.failure(in: replies) else { return replies }
                    if failure.code == "NOSCRIPT", !isText {
                        // It was started anew. A command of the pipeline may be done by now: that does no harm.
                        isText = true
                        pipeline = RedisPipeline()
                        body(&pipeline, .texts)
                        continue
                    }
                    guard failure.isPassing, mayTryAgain(attempt, since: start) else {
                        throw isUncertain ? uncertain(failure.memoryError(at: place(session))) : failure
                    }
                } catch let error as RedisConnectionError {
                    isUncertain = isUncertain || error.mayHaveBeenSent
                    let refusal = error.refusal.map(RedisFailure.init)
                    guard refusal?.isPassing ?? true, mayTryAgain(attempt, since: start) else {
                        let known = refusal?.memoryError(at: place(session)) ?? memoryError(error, session)
                        throw isUncertain ? uncertain(known) : known
                    }
                } catch is CancellationError {
                    throw isUncertain ? uncertain(cancelled(session)) : CancellationError()
                }
                do {
                    try await Task.sleep(for: retry.pause(after: attempt))
                } catch {
                    throw isUncertain ? uncertain(cancelled(session)) : CancellationError()
                }
                attempt += 1
            }
        }

        private func mayTryAgain(_ attempt: Int, since start: ContinuousClock.Instant) -> Bool {
            attempt < retry.attempts && start.duration(to: .now) < RedisRetry.span
        }

        private static func failure(in replies: [RedisReply]) -> RedisFailure? {
            for case .error(let text) in replies { return RedisFailure(text) }
            return nil
        }

        private func memoryError(_ error: RedisConnectionError, _ session: String?) -> MemoryError {
            MemoryError(
                error.isTimeout ? .timedOut : .unavailable, "The Redis server can't be reached: \(error.reason)",
                at: place(session), retry: .later)
        }

        private func cancelled(_ session: String?) -> MemoryError {
            MemoryError(.unavailable, "The task was cancelled", at: place(session), retry: .later)
        }

        private func uncertain(_ error: MemoryError) -> MemoryError {
            var error = error
            error.message += "; the outcome is unknown: it may be done, or still be done soon"
            error.retry = .later
            return error
        }
    }
#endif
