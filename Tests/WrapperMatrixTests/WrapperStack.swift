#if SQLite && Redis && PostgreSQL && Encryption
    import AgentMemory
    import AmberlogAllBackends
    import AmberlogEncryption
    import AmberlogTestKit
    import BackendMatrix
    import Testing

    /// Wrappers on a backend, as a configuration puts them there.
    struct WrapperStack: Sendable, CustomTestStringConvertible {
        var backend: BackendKind
        var isEncrypted: Bool
        var isConfigured: Bool

        static let all = BackendKind.allCases.flatMap { backend in
            [(true, false), (false, true), (true, true)].map {
                WrapperStack(backend: backend, isEncrypted: $0.0, isConfigured: $0.1)
            }
        }

        var testDescription: String {
            (isConfigured ? "configured, " : "") + (isEncrypted ? "encrypted, " : "") + backend.rawValue
        }

        /// An index knows none of the words that are encrypted: a search reads the messages, and knows words only.
        var capabilities: BackendCapabilities {
            isEncrypted ? backend.capabilities.subtracting(.queryLanguage) : backend.capabilities
        }

        /// Whether checks of large messages are worth their time: in memory, and once on what is most used.
        var takesLong: Bool { backend == .memory || backend == .log && isEncrypted && isConfigured }

        /// Checks it, with a clock of its own.
        func conformance(in directory: TemporaryDirectory) -> BackendConformance {
            let clock = AmberlogTestKit.ManualClock()
            return BackendConformance(
                capabilities: capabilities,
                largestMessageBytes: isEncrypted ? EncryptedMemory.messageBytes : MemoryLimits.messageBytes,
                passTime: { clock.advance(by: $0) },
                make: { setup in
                    let base = try await backend.make(setup, in: directory, clock: clock, isSearched: !isEncrypted)
                    let cipher = try AESGCMCipher(key: Array(0..<32))
                    guard isConfigured else { return EncryptedMemory(base: base, cipher: cipher) }
                    var registry = BackendRegistry()
                    registry.register(Self.provider(of: base))
                    let config = MemoryConfig(
                        backend: "made", maxMessages: setup.maximumMessages, encryption: isEncrypted)
                    return try await createMemory(config, registry: registry, cipher: cipher)
                })
        }

        /// Of a backend that is made already: one with a clock of the tests has no URL.
        private static func provider(of base: any MemoryBackend) -> BackendProvider {
            BackendProvider(
                names: ["made"], schemes: ["made"],
                options: [BackendOption("max_messages", .count, "The base has been told.")]
            ) { _ in base }
        }
    }
#endif
