#if SQLite
    import AgentMemory
    import Foundation
    import Testing

    @testable import ForeignDatabases
    @testable import ForeignStores

    /// Databases are read as they are, whoever has them open, and nothing is made or written beside them.
    @Suite struct SQLiteFileTests {
        private let scratch: Scratch

        init() throws {
            scratch = try Scratch()
        }

        /// Makes a table of numbers from 1, in write-ahead mode if told so, waits, adds one, and waits again.
        private static let writer = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None)
            db.execute("PRAGMA journal_mode = " + sys.argv[2])
            db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
            db.execute("BEGIN")
            for n in range(int(sys.argv[3])): db.execute("INSERT INTO t (text) VALUES (?)", (str(n) * 100,))
            db.execute("COMMIT")
            print("ready")
            for line in sys.stdin:
                db.execute("INSERT INTO t (text) VALUES ('more')")
                print("more")
            """
        private static let query = TableQuery("t", "SELECT id, text FROM t ORDER BY id")

        private func ids(_ file: SQLiteFile) throws -> [Int64] {
            try file.begin(Self.query)
            var ids: [Int64] = []
            while let next = try file.next() {
                if case .row(let row, _) = next, let id = row.integer("id") { ids.append(id) }
            }
            return ids
        }

        @Test func `beside a live writer: one state, also while it writes`() throws {
            let path = scratch.file("x.db")
            let python = try Python(Self.writer, [path, "WAL", "500"])
            try python.waitForLine()
            try python.goOn()
            let before = try contents(ofDirectory: scratch.path)
            #expect(before.keys.sorted() == ["x.db", "x.db-shm", "x.db-wal"])
            let file = try SQLiteFile(path)
            #expect(try ids(file) == Array(1...501))
            #expect(try contents(ofDirectory: scratch.path) == before)
            try python.goOn()
            #expect(try ids(file) == Array(1...501))
            #expect(try ids(SQLiteFile(path)) == Array(1...502))
            python.kill()
        }

        @Test func `left by a crash, or copied while it was open: the log counts`() throws {
            let path = scratch.file("x.db")
            let python = try Python(Self.writer, [path, "WAL", "500"])
            try python.waitForLine()
            let copy = scratch.file("copy.db")
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
            }
            python.kill()
            let before = try contents(ofDirectory: scratch.path)
            #expect(try ids(SQLiteFile(path)) == Array(1...500))
            #expect(try ids(SQLiteFile(copy)) == Array(1...500))
            #expect(try contents(ofDirectory: scratch.path) == before)
            // Without its log, as some copy it, the newest rows are gone; it is a database all the same.
            try FileManager.default.removeItem(atPath: copy + "-wal")
            #expect(try SQLiteFile(copy).shape().tables.keys.contains("t") == false)
        }

        @Test func `without write-ahead mode, too`() throws {
            let path = scratch.file("x.db")
            let python = try Python(Self.writer, [path, "DELETE", "3"])
            try python.waitForLine()
            #expect(try ids(SQLiteFile(path)) == [1, 2, 3])
            try python.goOn()
            #expect(try ids(SQLiteFile(path)) == [1, 2, 3, 4])
            #expect(try contents(ofDirectory: scratch.path).keys.sorted() == ["x.db"])
            python.kill()
        }

        @Test func `somebody writes to a file that nobody had open`() throws {
            let path = scratch.file("x.db")
            let script = Self.writer.replacing("for line in sys.stdin:", with: "for line in ():")
            try Python.run(script, path, "WAL", "3")
            #expect(try contents(ofDirectory: scratch.path).keys.sorted() == ["x.db"])
            let file = try SQLiteFile(path)
            try Python.run(
                "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('DELETE FROM t'); d.commit(); d.close()",
                path)
            let error = #expect(throws: MemoryError.self) { try ids(file) }
            #expect(error?.code == .locked && error?.retry == .later)
        }

        @Test func `an interrupted transaction is told`() throws {
            let path = scratch.file("x.db")
            let python = try Python(
                """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("PRAGMA cache_size = 1")
                db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
                db.execute("BEGIN")
                for n in range(5000): db.execute("INSERT INTO t (text) VALUES (?)", (str(n) * 100,))
                print("ready")
                input()
                """, [path])
            try python.waitForLine()
            python.kill()
            let before = try contents(ofDirectory: scratch.path)
            #expect(before.keys.sorted() == ["x.db", "x.db-journal"])
            let error = #expect(throws: MemoryError.self) { try ids(SQLiteFile(path)) }
            #expect(error?.code == .locked, "\(String(describing: error))")
            #expect(error?.message.contains("interrupted") == true)
            #expect(try contents(ofDirectory: scratch.path) == before)
        }

        @Test(arguments: ["a b.db", "per%41cent.db", "what?mode=rwc.db", "hash#1.db", "ü 👋.db", "a&vfs=x.db", "'\".db"])
        func `names of files mean nothing`(_ name: String) throws {
            let path = scratch.file(name)
            try Python.run(Self.writer.replacing("for line in sys.stdin:", with: "for line in ():"), path, "WAL", "2")
            #expect(try ids(SQLiteFile(path)) == [1, 2])
            #expect(try contents(ofDirectory: scratch.path).keys.sorted() == [name])
        }

        @Test func `what is no database`() throws {
            for bytes in [[], Array("SQLite format 3\0".utf8), [UInt8](repeating: 0x20, count: 4096)] {
                let path = scratch.file("no.db")
                try Data(bytes).write(to: URL(filePath: path))
                let error = #expect(throws: MemoryError.self) { try SQLiteFile(path) }
                #expect(error?.code == .damaged && error?.place.file == path)
            }
            let error = #expect(throws: MemoryError.self) { try SQLiteFile(scratch.file("gone.db")) }
            #expect(error?.code == .inputOutput)
        }

        @Test func `values of every kind, under whatever names`() throws {
            let path = scratch.file("x.db")
            try Python.run(
                """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1])
                db.execute('CREATE TABLE "odd "" table" (id, a, b, c, d, e)')
                db.execute('INSERT INTO "odd "" table" VALUES (1, NULL, 2.5, ?, ?, CAST(? AS TEXT))', ("a\\0ü", b"\\xff", b"\\xff"))
                db.commit()
                """, path)
            let file = try SQLiteFile(path)
            #expect(try file.shape().tables == ["odd \" table": ["id", "a", "b", "c", "d", "e"]])
            let table = TableQuery.quoted("odd \" table")
            try file.begin(
                TableQuery("odd", "SELECT * FROM \(table) WHERE id = ? AND c = ?", [.integer(1), .text("a\0ü")]))
            guard case .row(let row, _)? = try file.next() else {
                Issue.record("no row")
                return
            }
            #expect(
                row.columns == [
                    "id": .integer(1), "a": .null, "b": .double(2.5), "c": .text("a\0ü"), "d": .bytes([0xFF]),
                    "e": .bytes([0xFF]),
                ])
            #expect(row.place.description == "\(path), row 1 of odd")
            for _ in 0..<2 { if try file.next() != nil { Issue.record("a row too many") } }
        }

        @Test func `nothing can be written`() throws {
            let path = scratch.file("x.db")
            try Python.run(
                Self.writer.replacing("for line in sys.stdin:", with: "for line in ():"), path, "DELETE", "2")
            let file = try SQLiteFile(path)
            try file.begin(TableQuery("t", "DELETE FROM t"))
            #expect(throws: MemoryError.self) { try file.next() }
            #expect(throws: MemoryError.self) { try file.begin(TableQuery("t", "SELECT * FROM gone")) }
            #expect(try ids(SQLiteFile(path)) == [1, 2])
        }
    }
#endif
