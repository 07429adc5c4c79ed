internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

/// A moment on the command line: ISO 8601, or seconds since 1970.
struct TimeArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(argument) else { return nil }
        self.time = time
    }
}

/// A moment on the command line as `after:` takes it in a query: also `7d` ago, `yesterday`, `2026-03`.
struct QueryTimeArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        guard let time = QueryDate.parse(argument) else { return nil }
        self.time = time
    }
}

/// A length of time on the command line: `90s`, `15m`, `12h`, `30d`, `2w`.
struct AgeArgument: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let unit = argument.last, let count = Int64(argument.dropLast()), count >= 0 else { return nil }
        let seconds: Int64
        switch unit {
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3600
        case "d": seconds = 86_400
        case "w": seconds = 604_800
        default: return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: seconds)
        guard !overflow else { return nil }
        duration = .seconds(product)
    }
}

/// `key=value` on the command line. The value is JSON where it reads as JSON, else a string.
struct MetadataArgument: ExpressibleByArgument {
    let key: String
    let value: JSONValue

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "=") else { return nil }
        key = String(argument[..<separator])
        let text = String(argument[argument.index(after: separator)...])
        value = (try? JSONValue(parsing: text)) ?? .string(text)
    }
}

/// A session's id on the command line, checked before any store is opened.
func checkSessionID(_ id: String?) throws {
    guard let id else { return }
    do throws(MemoryError) {
        try MemoryLimits.validate(sessionID: id)
    } catch {
        throw ValidationError(error.message + ".")
    }
}

func checkLimit(_ limit: Int?, atLeast minimum: Int = 1, _ name: String = "--limit") throws {
    if let limit, limit < minimum { throw ValidationError("\(name) must be \(minimum) or more.") }
}
