internal import AgentMemory

/// Finds the sources in a directory and in those below it.
package struct DirectoryWalk {
    /// Deeper directories are not looked into.
    private static let depthMax = 24

    package private(set) var sources: [ForeignSource] = []
    /// Files that are of no layout, or only possibly.
    package private(set) var passedOver: [String] = []
    /// Files that are named like databases, of which the tables are still to be looked at.
    package private(set) var databases: [String] = []
    /// What couldn't be looked into.
    package private(set) var refusals: [ForeignRefusal] = []

    private let layouts: ForeignLayouts
    private let chosen: (any FileLayout)?
    private let listing: any DirectoryListing

    /// - Parameter chosen: Every file with a name that this layout's files have is of it, whatever it looks like.
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
            // What is hidden is not meant: it is other programs' own.
            for entry in try listing.entries(of: directory) where !entry.name.hasPrefix(".") {
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
        if FileName.isBesideDatabase(path) { return }
        if chosen == nil, FileName.isDatabase(path) { return databases.append(path) }
        if let chosen {
            // The files of such a layout stand where they stand for a reason.
            guard !(chosen is any DirectoryLayout), chosen.takes(path) else { return passedOver.append(path) }
            let reason = Recognition(.certain, "it was asked for")
            sources.append(ForeignSource(path: path, layout: chosen, recognition: reason, files: [path]))
            return
        }
        guard layouts.all.contains(where: { ($0 as? any FileLayout)?.takes(path) ?? false }) else {
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

    private mutating func refuse(_ path: String, _ error: any Error) {
        let reason = (error as? MemoryError)?.message ?? "\(error)"
        refusals.append(ForeignRefusal(ForeignPlace(file: path), reason))
    }
}
