internal import GRDBSQLite
internal import Model

/// What a column can hold.
protocol StoredValue {
    /// Gives a statement's placeholder this value, copied. Returns SQLite's code.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32
    /// Throws `StoredColumn.damage` when the column holds something else.
    init(stored column: StoredColumn) throws
}

/// Tells SQLite to copy what it is given: its SQLITE_TRANSIENT, a macro that Swift does not see.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Optional: StoredValue where Wrapped: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        self?.bind(to: statement, at: index) ?? sqlite3_bind_null(statement, index)
    }
    init(stored column: StoredColumn) throws { self = column.isNull ? nil : try Wrapped(stored: column) }
}

extension Int64: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_int64(statement, index, self) }
    init(stored column: StoredColumn) throws { self = try column.integer() }
}

extension Int: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { Int64(self).bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self = Int(try column.integer()) }
}

extension Int32: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { Int64(self).bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws {
        guard let value = Int32(exactly: try column.integer()) else { throw column.damage }
        self = value
    }
}

extension Bool: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        (self ? 1 as Int64 : 0).bind(to: statement, at: index)
    }
    init(stored column: StoredColumn) throws { self = try column.integer() != 0 }
}

extension String: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        var text = self
        return text.withUTF8 { utf8 in
            guard let start = utf8.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copied) }
            return start.withMemoryRebound(to: CChar.self, capacity: utf8.count) { characters in
                sqlite3_bind_text(statement, index, characters, Int32(utf8.count), copied)
            }
        }
    }
    init(stored column: StoredColumn) throws { self = try column.text() }
}

extension UnsafeRawBufferPointer {
    /// Binds these bytes; none at all are an empty blob, not null.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        guard let baseAddress, !isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
        return sqlite3_bind_blob64(statement, index, baseAddress, UInt64(count), copied)
    }
}

extension Array: StoredValue where Element == UInt8 {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        withUnsafeBytes { $0.bind(to: statement, at: index) }
    }
    init(stored column: StoredColumn) throws { self = [UInt8](try column.bytes()) }
}
