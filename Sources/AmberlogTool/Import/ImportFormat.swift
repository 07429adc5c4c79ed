internal import ArgumentParser
internal import ForeignStores

/// What `--format` takes: how Amberlog's own input is laid out, or the layout of another library's store.
enum ImportFormat: ExpressibleByArgument {
    case own(InputFormat)
    case foreign(String)

    init?(argument: String) {
        if let own = InputFormat(rawValue: argument) {
            self = .own(own)
        } else if ForeignLayouts.known[argument] != nil {
            self = .foreign(argument)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { InputFormat.allCases.map(\.rawValue) + ForeignLayouts.known.names }
    var defaultValueDescription: String {
        switch self {
        case .own(let format): format.rawValue
        case .foreign(let name): name
        }
    }
}
