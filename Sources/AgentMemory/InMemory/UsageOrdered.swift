/// A dictionary by exact strings that knows in which order its keys were last used. Everything but ``values`` is O(1).
///
/// The order is a doubly linked list through the slots of an array, linked by index: no reference cycles, and no
/// recursion when a long list is released.
struct UsageOrdered<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var key: String
        /// `nil` in a free slot.
        var value: Value?
        var older: Int?
        var newer: Int?
    }

    private var slots: [Slot] = []
    private var free: [Int] = []
    private var places: [ExactString: Int] = [:]
    private var oldest: Int?
    private var newest: Int?

    var count: Int { places.count }

    /// The key that was used least recently.
    var leastRecentlyUsed: (key: String, value: Value)? {
        guard let oldest, let value = slots[oldest].value else { return nil }
        return (slots[oldest].key, value)
    }

    subscript(key: String) -> Value? {
        places[ExactString(key)].flatMap { slots[$0].value }
    }

    /// Everything, in O(*n*).
    var values: [ExactString: Value] { places.compactMapValues { slots[$0].value } }

    /// Changes a value in place, if there is one. Doesn't count as use.
    mutating func modify<Result>(_ key: String, _ body: (inout Value) -> Result) -> Result? {
        guard let place = places[ExactString(key)], slots[place].value != nil else { return nil }
        return body(&slots[place].value!)
    }

    /// Sets a value; the key is the most recently used one then.
    mutating func insert(_ value: Value, for key: String) {
        if let place = places[ExactString(key)] {
            slots[place].value = value
            unlink(place)
            link(place)
            return
        }
        let slot = Slot(key: key, value: value)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            slots[place] = slot
        } else {
            place = slots.count
            slots.append(slot)
        }
        places[ExactString(key)] = place
        link(place)
    }

    /// Makes the key, if it is there, the most recently used one.
    mutating func touch(_ key: String) {
        guard let place = places[ExactString(key)], place != newest else { return }
        unlink(place)
        link(place)
    }

    mutating func remove(_ key: String) {
        guard let place = places.removeValue(forKey: ExactString(key)) else { return }
        unlink(place)
        slots[place] = Slot(key: "")
        free.append(place)
    }

    mutating func removeAll() {
        self = UsageOrdered()
    }

    private mutating func link(_ place: Int) {
        slots[place].older = newest
        slots[place].newer = nil
        if let newest { slots[newest].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (older, newer) = (slots[place].older, slots[place].newer)
        if let older { slots[older].newer = newer } else { oldest = newer }
        if let newer { slots[newer].older = older } else { newest = older }
    }
}
