import CLMDB
import CSQLite3
import Glibc

/// Where a run took place, for the head of a report.
enum Machine {
    static var description: [(String, String)] {
        var name = utsname()
        uname(&name)
        let kernel = withUnsafePointer(to: &name.release) {
            $0.withMemoryRebound(to: CChar.self, capacity: 65) { String(cString: $0) }
        }
        return [
            ("time", timeText("%Y-%m-%dT%H:%M:%SZ")),
            ("processor", processor),
            ("cores", "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))"),
            ("kernel", kernel),
            ("sqlite", String(cString: sqlite3_libversion())),
            ("lmdb", "\(MDB_VERSION_MAJOR).\(MDB_VERSION_MINOR).\(MDB_VERSION_PATCH)"),
        ]
    }

    static func timeText(_ format: String) -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, 64, format, &parts)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static var processor: String {
        guard let file = fopen("/proc/cpuinfo", "r") else { return "unknown" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, 512, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") {
                return String(text[text.index(colon, offsetBy: 2)...].dropLast())
            }
        }
        return "unknown"
    }
}
