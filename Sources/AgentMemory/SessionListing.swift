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
        var keyed = sessions.map { (place: Place($0, order), session: $0) }
        if let after {
            let last = try Place(token: after, order)
            keyed.removeAll { !(last < $0.place) }
        }
        keyed.sort { $0.place < $1.place }
        let page = keyed.prefix(limit)
        return SessionPage(
            sessions: page.map(\.session), next: page.count < keyed.count ? page.last?.place.token : nil)
    }

    /// Where a session stands in an order.
    private struct Place: Comparable {
        let order: SessionOrder
        /// Rises along the order; 0 when the order is by id alone.
        let rank: Int64
        let id: String

        init(_ session: SessionInfo, _ order: SessionOrder) {
            self.order = order
            id = session.id
            rank =
                switch order {
                case .id: 0
                // The complement reverses the order and can't overflow.
                case .updated: ~session.updatedAt.microseconds
                case .size: ~Int64(clamping: session.byteCount)
                }
        }

        init(token: String, _ order: SessionOrder) throws(MemoryError) {
            self.order = order
            guard order != .id else {
                (rank, id) = (0, token)
                return
            }
            guard let colon = token.firstIndex(of: ":"), let rank = Int64(token[..<colon]) else {
                throw MemoryError(.invalidArgument, "This is not where a page of sessions ended")
            }
            self.rank = rank
            id = String(token[token.index(after: colon)...])
        }

        var token: String { order == .id ? id : "\(rank):\(id)" }

        static func < (left: Place, right: Place) -> Bool {
            left.rank != right.rank ? left.rank < right.rank : left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
        }
    }
}
