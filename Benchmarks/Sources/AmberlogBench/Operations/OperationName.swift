/// The operations by their letters, in the order in which they run: clearing uses up the stores of the others.
enum OperationName: String, CaseIterable, Sendable {
    case durableSave = "A"
    case groupSave = "B"
    case bufferedSave = "C"
    case recentLoad = "D"
    case search = "E"
    case footprint = "F"
    case opening = "G"
    case curves = "curve"
    case searchGrowth = "growth"
    case adapters
    case migration
    case clearing = "H"

    init?(text: some StringProtocol) {
        guard let name = Self.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            return nil
        }
        self = name
    }

    func run(_ context: Context) async throws {
        switch self {
        case .durableSave: try await DurableSave.run(context)
        case .groupSave: try await GroupSave.run(context)
        case .bufferedSave: try await BufferedSave.run(context)
        case .recentLoad:
            try await RecentLoad.run(context)
            try await HotLoad.run(context)
        case .search: try await Search.run(context)
        case .footprint: try await Footprint.run(context)
        case .opening: try await Opening.run(context)
        case .curves: try await Curves.run(context)
        case .searchGrowth: try await SearchGrowth.run(context)
        case .adapters: try await Adapters.run(context)
        case .migration: try await Migrations.run(context)
        case .clearing: try await Clearing.run(context)
        }
    }
}
