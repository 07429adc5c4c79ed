#if SQLite
    internal import GRDBSQLite

    /// What a `?` of a statement can stand for. SQLite keeps a copy of it.
    ///
    /// Texts go in as bytes, and `CAST(? AS TEXT)` makes texts of them again: bound as texts they would end at their first
    /// NUL.
    protocol Binding {
        func bind(to statement: OpaquePointer, at place: Int32)
    }

    extension Int64: Binding {
        func bind(to statement: OpaquePointer, at place: Int32) { sqlite3_bind_int64(statement, place, self) }
    }

    extension Int: Binding {
        func bind(to statement: OpaquePointer, at place: Int32) { Int64(self).bind(to: statement, at: place) }
    }

    extension String: Binding {
        func bind(to statement: OpaquePointer, at place: Int32) {
            var text = self
            text.withUTF8 { UnsafeRawBufferPointer($0).bind(to: statement, at: place) }
        }
    }

    extension [UInt8]: Binding {
        func bind(to statement: OpaquePointer, at place: Int32) {
            withUnsafeBytes { $0.bind(to: statement, at: place) }
        }
    }

    extension UnsafeRawBufferPointer: Binding {
        func bind(to statement: OpaquePointer, at place: Int32) {
            if isEmpty {
                // Without an address, it would be NULL.
                sqlite3_bind_zeroblob(statement, place, 0)
            } else {
                let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                sqlite3_bind_blob64(statement, place, baseAddress, sqlite3_uint64(count), copied)
            }
        }
    }

    extension Optional: Binding where Wrapped: Binding {
        func bind(to statement: OpaquePointer, at place: Int32) {
            if let self { self.bind(to: statement, at: place) } else { sqlite3_bind_null(statement, place) }
        }
    }
#endif
