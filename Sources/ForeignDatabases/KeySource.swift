package import AgentMemory
package import ForeignStores

/// What of a server's keys is of one layout.
package struct KeySource: Sendable {
    /// The server as it is told, without a secret.
    package var path: String
    package var layout: any KeyLayout
    package var recognition: Recognition
    private var location: ServerLocation

    /// What the keys of a Redis server are: the layouts that are likely or surer, the surest first.
    ///
    /// Looks at keys until each layout is found or there are no more.
    ///
    /// - Parameter chosen: Only this layout, which the server has to have.
    /// - Throws: ``MemoryError/Code/unsupported`` if this build reaches no such server.
    package static func sources(
        on location: ServerLocation, layouts: ForeignLayouts = .redis, chosen: (any KeyLayout)? = nil
    ) async throws -> [KeySource] {
        let server = try KeyServer(location)
        do {
            let found = try await sources(on: server, location, layouts, chosen)
            await server.close()
            return found
        } catch {
            await server.close()
            throw error
        }
    }

    private static func sources(
        on server: KeyServer, _ location: ServerLocation, _ layouts: ForeignLayouts, _ chosen: (any KeyLayout)?
    ) async throws -> [KeySource] {
        var samples: [ServerKey] = []
        for layout in chosen.map({ [$0] }) ?? layouts.all {
            guard let layout = layout as? any KeyLayout else { continue }
            var own: [ServerKey] = []
            try await server.keys(of: layout) { page, _ in
                own += page
                return layout.recognize(own)?.confidence != .certain && own.count < Self.samplesMax
            }
            samples += own
        }
        if let chosen {
            guard chosen.recognize(samples) != nil else {
                throw MemoryError(
                    .invalidArgument, "The server has no keys of \(chosen.name)", at: .init(file: server.path))
            }
            let recognition = Recognition(.certain, "it was asked for")
            return [KeySource(path: server.path, layout: chosen, recognition: recognition, location)]
        }
        return layouts.recognize(samples).compactMap { layout, recognition in
            guard recognition.confidence >= .likely, let layout = layout as? any KeyLayout else { return nil }
            return KeySource(path: server.path, layout: layout, recognition: recognition, location)
        }
    }

    /// So many keys of a layout say what they are.
    private static let samplesMax = 10_000

    private init(path: String, layout: any KeyLayout, recognition: Recognition, _ location: ServerLocation) {
        (self.path, self.layout, self.recognition, self.location) = (path, layout, recognition, location)
    }

    /// The elements of all sessions.
    package func rows() throws(MemoryError) -> KeyedRows { KeyedRows(try KeyServer(location), layout) }

    /// Keys for what is encrypted. Which of them fits a session is found when it is read.
    package func decryption(_ keys: [String]) throws(MemoryError) -> RowKeys? {
        layout is OpenAIAgentsKeys && !keys.isEmpty ? try RowKeys(keys) : nil
    }
}
