import Glibc

/// The resident memory of this process, from the kernel's own account.
struct ProcessMemory {
    var residentBytes = 0
    var anonymousBytes = 0

    /// The most that this process has ever had at once.
    static var largestResidentBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }

    static func now() -> ProcessMemory {
        var memory = ProcessMemory()
        guard let file = fopen("/proc/self/status", "r") else { return memory }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let kilobytes = Int(text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first ?? "") ?? 0
            if text.hasPrefix("VmRSS:") { memory.residentBytes = kilobytes * 1024 }
            if text.hasPrefix("RssAnon:") { memory.anonymousBytes = kilobytes * 1024 }
        }
        return memory
    }
}
