internal import AgentMemory

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Numbers and times for people.
enum Humanized {
    /// `856,693`.
    static func count(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 message`, `2 messages`.
    static func count(_ value: some BinaryInteger, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// `17 B`, `4.1 kB`, `207 MB`.
    static func bytes(_ value: some BinaryInteger) -> String {
        if value < 1000 { return "\(value) B" }
        var size = Double(value)
        var unit = 0
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        while size >= 999.5, unit < units.count - 1 {
            size /= 1000
            unit += 1
        }
        return "\(size < 9.95 ? decimal(size, places: 1) : decimal(size, places: 0)) \(units[unit])"
    }

    /// `0.42 s`, `12.3 s`, `3 min 20 s`.
    static func seconds(_ seconds: Double) -> String {
        if seconds < 0.01 { return "\(decimal(seconds * 1000, places: 1)) ms" }
        if seconds < 10 { return "\(decimal(seconds, places: 2)) s" }
        if seconds < 99.5 { return "\(decimal(seconds, places: 1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// A number with so many digits behind the point.
    static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return value.description }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if places == 0 { return sign + String(scaled) }
        let fraction = String(scaled % Int64(scale))
        return sign + "\(scaled / Int64(scale))." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// `just now`, `42 s ago`, `3 min ago`, `5 h ago`, `12 d ago`, then the date.
    static func age(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = (now.microseconds - time.microseconds) / 1_000_000
        switch seconds {
        case ..<(-1): return self.time(time)
        case ..<2: return "just now"
        case ..<60: return "\(seconds) s ago"
        case ..<3600: return "\(seconds / 60) min ago"
        case ..<86_400: return "\(seconds / 3600) h ago"
        case ..<(60 * 86_400): return "\(seconds / 86_400) d ago"
        default: return String(self.time(time).prefix(10))
        }
    }

    /// The local date and time, `2026-01-31 12:00:03`.
    static func time(_ time: Timestamp) -> String {
        var seconds = time_t(time.microseconds / 1_000_000 - (time.microseconds % 1_000_000 < 0 ? 1 : 0))
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return time.description }
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let year = String(parts.tm_year + 1900)
        return String(repeating: "0", count: max(0, 4 - year.count)) + year + "-" + two(parts.tm_mon + 1) + "-"
            + two(parts.tm_mday) + " " + two(parts.tm_hour) + ":" + two(parts.tm_min) + ":" + two(parts.tm_sec)
    }
}

/// Measures how long something takes.
struct Stopwatch {
    private let start = ContinuousClock.now

    var seconds: Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
