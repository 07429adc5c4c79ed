/// Pages of a listing for a backend that has all of its sessions at hand.
public enum SessionListing {
    /// One page of sessions that are given in any order: O(*n* log *n*) for *n* of them.
    ///
    /// A page goes on where the one before ended, whatever came or went meanwhile: ``SessionPage/next`` says what the
    /// last session's place in the order was.
    ///
    /// - Throws: ``MemoryError/Code/invalidArgument`` for a limit below 1, and for an `after` that no page gave.
    public static func page(
        of sessions: [SessionInfo], by order: SessionOrder, after: String?, limit: Int
    ) throws(MemoryError) -> SessionPage {
        guard limit >= 1 else { throw MemoryError(.invalidArgument, "A page of sessions needs a limit of 1 or more") }
        var keyed = sessions.map { (place: SessionPlace($0, order), session: $0) }
        if let after {
            let last = try SessionPlace(token: after, order)
            keyed.removeAll { !(last < $0.place) }
        }
        keyed.sort { $0.place < $1.place }
        let page = keyed.prefix(limit)
        return SessionPage(
            sessions: page.map(\.session), next: page.count < keyed.count ? page.last?.place.token : nil)
    }
}
