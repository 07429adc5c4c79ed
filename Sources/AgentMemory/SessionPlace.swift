/// Where a session stands in an order of a listing, and so where a page ended: ``SessionPage/next``.
package struct SessionPlace: Comparable {
    private let order: SessionOrder
    /// Rises along the order; 0 when the order is by id alone.
    package let rank: Int64
    package let id: String

    package init(_ session: SessionInfo, _ order: SessionOrder) {
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

    /// - Throws: ``MemoryError/Code/invalidArgument`` for what ``token`` never gave.
    package init(token: String, _ order: SessionOrder) throws(MemoryError) {
        self.order = order
        guard order != .id else {
            (rank, id) = (0, token)
            return
        }
        // By its bytes: a letter after the colon may be one that combines with it.
        let bytes = token.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let rank = Int64(String(decoding: bytes[..<colon], as: UTF8.self))
        else { throw MemoryError(.invalidArgument, "This is not where a page of sessions ended") }
        self.rank = rank
        id = String(decoding: bytes[bytes.index(after: colon)...], as: UTF8.self)
    }

    /// What the order goes by before the id, the largest first: microseconds or bytes. 0 when it goes by id alone.
    package var value: Int64 { order == .id ? 0 : ~rank }

    package var token: String { order == .id ? id : "\(rank):\(id)" }

    package static func < (left: SessionPlace, right: SessionPlace) -> Bool {
        left.rank != right.rank ? left.rank < right.rank : left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
    }
}
