#if Redis
    internal import AgentMemory
    internal import Foundation

    /// The thread of one connection.
    final class HiredisWorker: Sendable {
        private let address: RedisAddress
        private let limits: HiredisClient.Limits
        private let queue: HiredisQueue

        init(_ address: RedisAddress, _ limits: HiredisClient.Limits, _ queue: HiredisQueue) {
            self.address = address
            self.limits = limits
            self.queue = queue
        }

        func start() {
            queue.enter()
            let thread = Thread { [self] in
                Self.ignoreBrokenPipes()
                run()
                queue.leave()
            }
            thread.name = "amberlog-redis"
            thread.start()
        }

        /// hiredis writes with write(2), which would end the program when the server is gone.
        private static func ignoreBrokenPipes() {
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
        }

        private func run() {
            var connection: HiredisConnection?
            var wait = BriefWait()
            while let batch = queue.next(&wait) {
                if let open = connection, !open.isUsable { connection = nil }
                do throws(RedisConnectionError) {
                    let open = if let connection { connection } else { try HiredisConnection(address, limits) }
                    connection = open
                    try Self.run(batch, on: open)
                } catch {
                    connection = nil
                    // Those that have their replies are through.
                    for job in batch { job.finish(.failure(error)) }
                }
            }
        }

        /// Sends a batch in one piece, then gives each job its replies as soon as they are there.
        private static func run(_ batch: [HiredisJob], on connection: HiredisConnection) throws(RedisConnectionError) {
            for job in batch { try connection.append(job.pipeline.wire) }
            for job in batch {
                var replies: [RedisReply] = []
                replies.reserveCapacity(job.pipeline.count)
                while replies.count < job.pipeline.count {
                    let reply = try connection.reply()
                    replies.append(reply)
                }
                job.finish(.success(replies))
            }
        }
    }
#endif
