import Glibc

/// Numbers as people read them.
enum Format {
    static func ratio(_ value: Double) -> String {
        value < 0.0995 ? significant(value, 2) : fixed(value, value < 99.5 ? 2 : 0)
    }

    static func value(_ value: Double) -> String {
        if value.isNaN { return "-" }
        if abs(value) >= 1000 { return grouped(Int(value.rounded())) }
        return abs(value) >= 100 ? fixed(value, 0) : abs(value) >= 10 ? fixed(value, 1) : fixed(value, 2)
    }

    static func fixed(_ value: Double, _ places: Int) -> String {
        let scale = pow(10, Double(places))
        let scaled = (abs(value) * scale).rounded()
        if !(scaled < 1e15) { return "\(value)" }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let whole = Int(scaled)
        if places == 0 { return sign + "\(whole)" }
        let digits = String(whole % Int(scale))
        return sign + "\(whole / Int(scale))." + String(repeating: "0", count: places - digits.count) + digits
    }

    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func significant(_ value: Double, _ digits: Int) -> String {
        if value <= 0 { return "0" }
        return fixed(value, min(6, digits - 1 - Int(floor(log10(value)))))
    }

    private static func grouped(_ value: Int) -> String {
        var digits = Array(String(abs(value)))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }
}
