internal import AgentMemory
internal import ForeignDatabases
internal import ForeignStores

/// Says what the files and directories of an import are: a line each, or JSON lines.
struct DetectionPrinter {
    private struct Finding {
        var path: String
        /// `nil` for what is of no known layout.
        var layout: String?
        var recognition: Recognition?
        var session: String?
        var files = 1

        var json: JSONValue {
            var object: [String: JSONValue] = [
                "path": .string(path), "layout": layout.map(JSONValue.string) ?? .null,
                "confidence": recognition.map { .string($0.confidence.rawValue) } ?? .null,
                "reason": .string(recognition?.reason ?? "it looks like nothing that is known"),
                "files": .integer(Int64(files)),
            ]
            if let session { object["session_id"] = .string(session) }
            return .object(object)
        }

        var line: String {
            guard let layout, let recognition else { return "\(path): unknown" }
            let count = files == 1 ? "" : ", \(Humanized.count(files, "file"))"
            return "\(path): \(layout) (\(recognition.confidence.rawValue): \(recognition.reason)\(count))"
        }
    }

    private let plan: ImportPlan
    private let isJSON: Bool

    init(_ plan: ImportPlan, isJSON: Bool) {
        (self.plan, self.isJSON) = (plan, isJSON)
    }

    func print() throws {
        let output = Output()
        for step in plan.steps {
            let finding = finding(step)
            if isJSON { try output.line(finding.json) } else { try output.line(Visible.line(finding.line)) }
        }
        for path in plan.passedOver {
            let finding = Finding(path: path)
            if isJSON { try output.line(finding.json) } else { try output.line(Visible.line(finding.line)) }
        }
        for refusal in plan.refusals { Messages.print("\(refusal.place): \(refusal.reason)") }
        try output.flush()
    }

    private func finding(_ step: ImportPlan.Step) -> Finding {
        switch step {
        case .foreign(let source, _):
            Finding(
                path: source.path, layout: source.layout.name, recognition: source.recognition, session: source.session,
                files: source.files.count)
        case .own(let input, let format, let recognition):
            Finding(
                path: input.name, layout: recognition == nil ? nil : format == .auto ? "amberlog" : format.rawValue,
                recognition: recognition)
        case .database(let source, _, _):
            Finding(path: source.path, layout: source.layout.name, recognition: source.recognition)
        case .keys(let source, _):
            Finding(path: source.path, layout: source.layout.name, recognition: source.recognition)
        case .server(let server): Finding(path: server.description)
        case .unread(let input):
            Finding(path: input.name)
        }
    }
}
