private import Foundation

/// Ends an example that doesn't show what it says.
public func expect(_ holds: Bool, _ claim: String) {
    if !holds { leave("This is not so: \(claim)", code: 1) }
}

/// Ends an example that can't begin.
public func leave(_ message: String, code: Int32 = 64) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(code)
}
