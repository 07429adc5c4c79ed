/// What a message must be to be a hit, whatever it says.
///
/// ```swift
/// let filters = Query(parsing: "role:user role:assistant -meta.lang:fr after:2026-01-01").filters
/// filters.passes(Message(role: .user, content: "Hello", timestamp: Timestamp("2026-05-01")!))  // true
/// ```
package struct QueryFilters: Sendable, Hashable {
    /// Only messages of one of these roles. Empty: of any.
    package var roles: [Role]
    /// No message of these roles.
    package var excludedRoles: [Role]
    /// Only messages said at or after this time.
    package var after: Timestamp?
    /// Only messages said before this time.
    package var before: Timestamp?
    /// What the metadata must say: all of these.
    package var metadata: [MetadataCondition]

    /// Filters, by default such as let everything pass.
    package init(
        roles: [Role] = [], excludedRoles: [Role] = [], after: Timestamp? = nil, before: Timestamp? = nil,
        metadata: [MetadataCondition] = []
    ) {
        self.roles = roles
        self.excludedRoles = excludedRoles
        self.after = after
        self.before = before
        self.metadata = metadata
    }

    /// Whether every message passes.
    package var isEmpty: Bool {
        roles.isEmpty && excludedRoles.isEmpty && after == nil && before == nil && metadata.isEmpty
    }

    /// Whether no message can pass because no time is both at or after ``after`` and before ``before``.
    package var isTimeEmpty: Bool {
        guard let after, let before else { return false }
        return after >= before
    }

    /// Whether a message passes. Looks at its metadata last, as they may have to be decoded.
    package func passes(_ message: Message) -> Bool {
        if let after, message.timestamp < after { return false }
        if let before, message.timestamp >= before { return false }
        if !roles.isEmpty, !roles.contains(message.role) { return false }
        if excludedRoles.contains(message.role) { return false }
        if metadata.isEmpty { return true }
        let object = message.metadata
        return metadata.allSatisfy { $0.passes(object) }
    }
}

// MARK: - Adding

extension QueryFilters {
    /// Adds a role: several are alternatives.
    package mutating func add(_ role: Role, isExcluded: Bool) {
        if isExcluded {
            if !excludedRoles.contains(role) { excludedRoles.append(role) }
        } else if !roles.contains(role) {
            roles.append(role)
        }
    }

    /// Adds a start: of several, the latest counts.
    package mutating func add(after time: Timestamp) {
        after = max(after ?? time, time)
    }

    /// Adds an end: of several, the earliest counts.
    package mutating func add(before time: Timestamp) {
        before = min(before ?? time, time)
    }

    /// Adds a value of a key: several values of one key are alternatives.
    mutating func add(key: String, value: String, isExcluded: Bool) {
        guard let index = metadata.firstIndex(where: { $0.key == key && $0.isExcluded == isExcluded }) else {
            metadata.append(MetadataCondition(key: key, values: [value], isExcluded: isExcluded))
            return
        }
        if !metadata[index].values.contains(value) { metadata[index].values.append(value) }
    }
}

// MARK: - Text

extension QueryFilters {
    /// Appends each filter in the query language.
    func print(into parts: inout [String]) {
        for role in roles { parts.append("role:" + QueryValue.quoted(role.name)) }
        for role in excludedRoles { parts.append("-role:" + QueryValue.quoted(role.name)) }
        for condition in metadata { condition.print(into: &parts) }
        if let after { parts.append("after:\(after)") }
        if let before { parts.append("before:\(before)") }
    }
}
