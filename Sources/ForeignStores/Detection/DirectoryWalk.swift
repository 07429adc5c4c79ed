internal import AgentMemory

/// Finds the sources in a directory and in those below it.
package struct DirectoryWalk {
    /// Deeper directories are not looked into.
    private static let depthMax = 24

    package private(set) var sources: [ForeignSource] = []
    /// Files that are of no layout, or only possibly.
    package private(set) var passedOver: [String] = []
    /// What couldn't be looked into.
    package private(set) var refusals: [ForeignRefusal] = []

    private let layouts: ForeignLayouts
    private let chosen: (any FileLayout)?
    private let listing: any DirectoryListing

    /// - Parameter chosen: Every file with this layout's extension is of it, whatever it looks like.
    package init(_ listing: any DirectoryListing, layouts: ForeignLayouts, chosen: (any FileLayout)? = nil) {
        self.listing = listing
        self.layouts = layouts
        self.chosen = chosen
    }

    package mutating func walk(_ directory: String) {
        walk(directory, depth: 0)
    }

    private mutating func walk(_ directory: String, depth: Int) {
        do {
            for layout in chosen.map({ [$0] }) ?? layouts.all {
                guard let layout = layout as? any DirectoryLayout else { continue }
                let found = try layout.sources(in: directory, listing)
                if found.isEmpty { continue }
                sources += found
                return
            }
            for entry in try listing.entries(of: directory) {
                let path = directory.hasSuffix("/") ? directory + entry.name : directory + "/" + entry.name
                if !entry.isDirectory {
                    take(path)
                } else if depth < Self.depthMax {
                    walk(path, depth: depth + 1)
                } else {
                    refusals.append(ForeignRefusal(ForeignPlace(file: path), "It lies too deep in directories"))
                }
            }
        } catch {
            refuse(directory, error)
        }
    }

    private mutating func take(_ path: String) {
        if let chosen {
            // The files of such a layout stand where they stand for a reason.
            guard !(chosen is any DirectoryLayout), hasExtension(chosen, path) else { return passedOver.append(path) }
            let reason = Recognition(.certain, "it was asked for")
            sources.append(ForeignSource(path: path, layout: chosen, recognition: reason, files: [path]))
            return
        }
        guard layouts.all.contains(where: { ($0 as? any FileLayout).map { hasExtension($0, path) } ?? false }) else {
            return passedOver.append(path)
        }
        do {
            let head = try listing.head(of: path)
            guard let (layout, recognition) = layouts.recognize(head), recognition.confidence >= .likely,
                let layout = layout as? any FileLayout
            else { return passedOver.append(path) }
            sources.append(ForeignSource(path: path, layout: layout, recognition: recognition, files: [path]))
        } catch {
            refuse(path, error)
        }
    }

    private func hasExtension(_ layout: any FileLayout, _ path: String) -> Bool {
        let path = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
        return path.hasSuffix("." + layout.fileExtension)
    }

    private mutating func refuse(_ path: String, _ error: any Error) {
        let reason = (error as? MemoryError)?.message ?? "\(error)"
        refusals.append(ForeignRefusal(ForeignPlace(file: path), reason))
    }
}
