// Where Amberlog itself comes in.
extension EngineKind {
    static let amberlog = EngineKind(name: "amberlog", family: .amberlog) { _, _ in
        throw EngineError("not there yet")
    }
    static let amberlogSealed = EngineKind(name: "amberlog-sealed", family: .amberlog) { _, _ in
        throw EngineError("not there yet")
    }
}
